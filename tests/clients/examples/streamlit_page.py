"""examples/streamlit/app.py in Streamlit's own AppTest, used line by line as tests/clients/support/program.ts says."""

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

import program

APP = Path(__file__).parents[3] / "examples/streamlit/app.py"


class Page:
    def __init__(self):
        self.app = AppTest.from_file(str(APP), default_timeout=120).run()

    def shown(self):
        """All that the page says."""
        assert not self.app.exception, self.app.exception
        kinds = ("success", "info", "error", "caption", "json", "text")
        return {"shown": {kind: [element.value for element in self.app.get(kind)] for kind in kinds}}

    def authenticate(self, client_id, secret):
        self.app.text_input(key="client_id").set_value(client_id)
        self.app.text_input(key="client_secret").set_value(secret)
        return self.press("authenticate")

    def press(self, button):
        self.app.button(key=button).click().run()
        return self.shown()

    def choose(self, function):
        self.app.selectbox(key="function").set_value(function).run()
        return self.shown()

    def functions(self):
        return {"functions": self.app.selectbox(key="function").options}

    def fill(self, argument, value):
        key = f"argument {argument}"
        boxes = {box.key: box for box in [*self.app.text_input, *self.app.selectbox]}
        boxes[key].set_value(value)
        return {}

    def module(self):
        """The file that was written."""
        [caption] = self.shown()["shown"]["caption"]
        return {"text": Path(caption.removeprefix("Written to ")).read_text(encoding="utf-8")}

    def advance(self, seconds):
        real = time.time
        time.time = lambda: real() + int(seconds)
        self.app.run()
        return self.shown()


class Refusal(Exception):
    """Nothing here raises it: what the server refuses stands on the page."""


program.serve(Page(), Refusal)
