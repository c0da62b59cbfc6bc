"""The live widgets, described: one file an explorer, standard library only.

A front end (``course_lib.frontends``) shows them.
"""
