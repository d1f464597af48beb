"""Lets nobody be touched by whom schemathesis itself is let in, and nothing be removed that is to stay: a request about one of
these is about nobody."""

import os

import schemathesis

SPARED = os.environ["SPARED"].split()


@schemathesis.hook
def before_call(context, case, kwargs):
    one = (case.path_parameters or {}).get("id")
    if one in SPARED or (one == "kept" and case.method.upper() == "DELETE"):
        case.path_parameters["id"] = "nobody"
