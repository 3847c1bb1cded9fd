"""The loop that every peer script shares: one JSON question a line in, one JSON answer a line out."""

import json
import sys


def answer_each(answer):
    """Answers each question on standard input with `answer(question)`."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
