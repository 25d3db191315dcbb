"""Request to answer: the path of ``scoring/`` over HTTP.

Read ``app`` first: it puts the parts together and lists the routes. A request comes in through
``intake`` (bytes to `schemas.ScoreRequest`), is answered by ``desk`` and, where something is wrong,
leaves through ``problems``.
"""
