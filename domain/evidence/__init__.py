"""Evidence 证明材料: files that outsiders hand in about a row of any room, kept apart until they are found harmless.

A ticket lets one file in; nobody is ever given what came in, only what was made of it when it had been checked.
"""
