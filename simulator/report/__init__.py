"""How credible a world is: what it measures against what is published of real ones, as a page.

``anchors`` holds what is measured and between which bounds it should lie, ``page`` writes it down.
"""
