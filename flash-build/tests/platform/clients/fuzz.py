"""Hooks of schemathesis: values for the scalar that holds any document, and ids that exist.

`KNOWN_IDS` is a JSON object from an argument's name to an id. Most arguments of that name get it, so that what is behind
an id is reached, too.
"""

import json
import os
import random
import re

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

LEAVES = st.one_of(
    st.just(nodes.Null),
    st.booleans().map(nodes.Boolean),
    st.integers(-(2**31), 2**31 - 1).map(nodes.Int),
    st.text(max_size=20).map(nodes.String),
)
LISTS = st.lists(LEAVES, max_size=3).map(lambda items: nodes.List(values=tuple(items)))

schemathesis.graphql.scalar("JSON", st.one_of(LEAVES, LISTS))

KNOWN_IDS = json.loads(os.environ["KNOWN_IDS"])
ARGUMENT = re.compile(r'\b(\w+): ("""(?:.|\n)*?"""|"(?:[^"\\\n]|\\.)*")')


def known(argument: re.Match) -> str:
    """The argument, mostly with an id that exists."""
    value = KNOWN_IDS.get(argument[1])
    return argument[0] if value is None or random.random() < 0.2 else f'{argument[1]}: "{value}"'


@schemathesis.hook
def map_body(context, body):
    """Replaces ids in a document."""
    return ARGUMENT.sub(known, body) if isinstance(body, str) else body
