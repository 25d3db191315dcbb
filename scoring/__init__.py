"""The whole path: facts, features, model, offer; for one request or a million, without HTTP.

Read ``path``: `describe` turns requests into numbers, `score` turns numbers into answers. The
service, the command line and training call the same two functions.
"""
