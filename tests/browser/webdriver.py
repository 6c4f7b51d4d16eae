"""A small client of chromedriver: just what the browser tests need, with Python's own library."""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


def programs():
    """Returns (chromedriver, chromium) or None where either is missing."""
    driver = shutil.which("chromedriver")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    return (driver, browser) if driver and browser else None


class Browser:
    """One headless browser with one page. Use it as a context."""

    def __init__(self, width=1280, height=800):
        driver, browser = programs()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        self.base = f"http://127.0.0.1:{port}"
        try:
            self.wait_for(lambda: self._call("GET", "/status")["ready"], 30)
            options = {"binary": browser, "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                f"--window-size={width},{height}", "--autoplay-policy=no-user-gesture-required"]}
            wish = {"browserName": "chrome", "goog:chromeOptions": options,
                    "goog:loggingPrefs": {"browser": "ALL"}}
            session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wish}})
            self.base += f"/session/{session['sessionId']}"
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            if "/session/" in self.base:
                self._call("DELETE", "")
        finally:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()

    def _call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def open(self, address):
        self._call("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        """Runs JavaScript in the page and returns its result."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """Runs JavaScript whose last argument is a function that takes the result."""
        return self._call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def command(self, name, **parameters):
        """Sends a command of the DevTools protocol."""
        return self._call("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def log(self):
        """Returns what the page wrote to its console since the last call."""
        return self._call("POST", "/se/log", {"type": "browser"})

    def dark(self, on=True):
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def size(self, width, height):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=width < 600)

    def picture(self, file):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self._call("GET", "/screenshot")))

    @staticmethod
    def wait_for(condition, seconds=20, what="a condition"):
        """Waits until a condition holds and returns its value; an error counts as not yet."""
        end = time.monotonic() + seconds
        last = None
        while time.monotonic() < end:
            try:
                value = condition()
                if value:
                    return value
            except (RuntimeError, OSError) as error:
                last = error
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s for {what}; last error: {last}")

    def wait(self, script, seconds=20):
        """Waits until JavaScript gives something that is true."""
        return self.wait_for(lambda: self.run(f"return {script}"), seconds, script)
