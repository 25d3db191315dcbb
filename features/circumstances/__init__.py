"""What the live facts say of this very request, beside the features.

Rules and terms see nothing else. It is stored with the score record, so that a decision is a
function of what was recorded. None is always "not known", and never "no".
"""
