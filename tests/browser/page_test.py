#!/usr/bin/env python3
"""Opens the page of a small quickstart in headless Chromium and uses it as a reader would.

usage: page_test.py PROGRAM SOURCE [AXE]

PROGRAM is genrebench, SOURCE the root of its sources, AXE the file axe.min.js of the package
axe-core of npm; without it the test of accessibility is skipped and counted. Exit code 77 where
there is no Chromium, no chromedriver or no Selenium (Debian: chromium-driver python3-selenium).
"""

import csv
import importlib.util
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

if (shutil.which("chromedriver") is None or shutil.which("chromium") is None
        or importlib.util.find_spec("selenium") is None):
    print("skipped: needs chromium, chromedriver and Selenium")
    sys.exit(77)

from selenium import webdriver  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
AXE = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None


def browser(downloads, scripts=True):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                     "--autoplay-policy=no-user-gesture-required", "--mute-audio",
                     "--force-device-scale-factor=1", "--window-size=1280,900"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {
        "download.default_directory": str(downloads),
        "profile.managed_default_content_settings.javascript": 1 if scripts else 2})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = webdriver.chrome.service.Service(shutil.which("chromedriver"))
    driver = webdriver.Chrome(service=service, options=options)
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
        "offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0})
    return driver


def until(condition, what, seconds=30):
    """Waits for what a browser does in its own time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        cls.out, cls.downloads = root / "report", root / "downloads"
        cls.downloads.mkdir()
        common = ["--db", str(root / "runs.db")]
        experiment = str(SOURCE / "experiments/quickstart.yaml")
        subprocess.run([PROGRAM, "run", experiment, "seeds=[0]", *common,
                        "--cache", str(root / "cache"), "--quiet"], check=True)
        done = subprocess.run([PROGRAM, "report", experiment, "seeds=[0]", *common,
                               "--out", str(cls.out)], check=True, capture_output=True, text=True)
        cls.said = done.stderr
        cls.address = (cls.out / "index.html").as_uri()
        cls.driver = browser(cls.downloads)

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()
        cls.folder.cleanup()

    def setUp(self):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.get(self.address)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def chart(self, part):
        """The figure whose id ends with a text, once it is drawn."""
        figure = self.driver.find_element(By.CSS_SELECTOR, f"figure[id$='{part}']")
        self.js("arguments[0].scrollIntoView({block: 'center'})", figure)
        until(lambda: figure.get_attribute("data-drawn"), "drawing " + part)
        until(lambda: figure.find_elements(By.CSS_SELECTOR, ".canvas svg, .canvas canvas"),
              "the picture of " + part)
        return figure

    def drawn(self, figure):
        """The places of all marks of a chart."""
        return self.js("return [...arguments[0].querySelectorAll('.canvas svg path')].map("
                       "(path) => (path.getAttribute('transform') || '')"
                       "+ path.getAttribute('d')).join()", figure)

    def settle(self, element):
        """Scrolls to an element until what is laid out and drawn around it no longer moves it."""
        places = []

        def rests():
            self.js("arguments[0].scrollIntoView({block: 'center'})", element)
            places.append(self.js("return arguments[0].getBoundingClientRect().top", element))
            return len(places) > 5 and len(set(places[-5:])) == 1
        until(rests, "coming to rest")

    def press(self, scope, label):
        buttons = [b for b in scope.find_elements(By.TAG_NAME, "button")
                   if label in (b.text, b.get_attribute("aria-label"))]
        self.assertEqual(len(buttons), 1, f"buttons {label}: {len(buttons)}")
        self.settle(buttons[0])
        buttons[0].click()
        return buttons[0]

    def leaderboard(self):
        return self.driver.find_element(By.CSS_SELECTOR, "section.table[id^='summary-']")

    def column(self, section, index):
        return self.js("return [...arguments[0].querySelectorAll('tbody tr:not(.away)')].map("
                       "(row) => row.cells[arguments[1]].textContent)", section, index)

    def download(self, name):
        file = self.downloads / name
        until(file.exists, "the download of " + name)
        content = until(lambda: file.read_bytes(), "the content of " + name)
        file.unlink()
        return content

    # What the program said.

    def test_report_says_in_one_line_how_many_files_it_wrote_and_which_page_to_open(self):
        n_files = len(list(self.out.iterdir()))
        self.assertIn(f"wrote {n_files} files to {self.out}; open {self.out}/index.html\n",
                      self.said)
        self.assertEqual(self.said.count("wrote "), 1)

    # The page.

    def test_nothing_but_the_page_is_asked_for_and_no_script_complains(self):
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(self.address)
        self.js("scrollTo(0, document.body.scrollHeight)")
        self.chart("_clusters")
        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        others = [url for url in asked if url != self.address
                  and not url.startswith(("data:", "blob:"))]
        self.assertIn(self.address, asked)
        self.assertEqual(others, [])
        self.assertEqual([e for e in self.driver.get_log("browser") if e["level"] == "SEVERE"], [])

    def test_the_contents_lead_to_every_section_and_the_answer_comes_before_details(self):
        sections = self.js("return [...document.querySelectorAll('section.part')].map(s => s.id)")
        links = self.js("return [...document.querySelectorAll('#contents a')].map("
                        "a => a.hash.slice(1))")
        self.assertEqual(links, sections)
        self.assertEqual(sections[:2], ["run", "answer"])
        for last in ("failed", "environment", "reproduce", "runs"):
            self.assertIn(last, sections)

    def whole(self):
        """Waits until the page has read what is folded."""
        until(lambda: self.js("return document.body.dataset.whole"), "reading what is folded")

    def test_every_id_is_there_once_and_every_link_leads_to_one(self):
        self.whole()
        self.assertEqual(self.js(
            "const ids = [...document.querySelectorAll('[id]')].filter(e => !e.closest('svg'))"
            ".map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i)"), [])
        self.assertEqual(self.js(
            "return [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
            ".filter(id => !document.getElementById(id))"), [])

    def test_a_run_in_a_table_leads_to_its_details(self):
        link = self.driver.find_element(By.CSS_SELECTOR, "#page-runs tbody a")
        self.js("arguments[0].click()", link)
        target = self.driver.find_element(By.ID, link.get_attribute("hash")[1:])
        until(lambda: target.get_attribute("open"), "opening the details")
        self.assertIn("genrebench reproduce", target.text)
        self.assertIn(link.text, target.text)

    def test_what_is_folded_is_read_when_it_is_opened_and_all_of_it_in_the_end(self):
        # Idle time never comes, so that only what is opened is read.
        stop = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
            "source": "window.requestIdleCallback = () => 0;"})["identifier"]
        self.driver.get(self.address)
        folds = self.driver.find_elements(By.CSS_SELECTOR, "#confusion details.more")
        self.assertGreater(len(folds), 3)
        figures = "return arguments[0].querySelectorAll('figure').length"
        self.assertEqual([self.js(figures, fold) for fold in folds], [0] * len(folds))
        self.settle(folds[1])
        folds[1].find_element(By.TAG_NAME, "summary").click()
        until(lambda: self.js(figures, folds[1]) == 1, "reading the fold")
        figure = folds[1].find_element(By.TAG_NAME, "figure")
        self.chart(figure.get_attribute("id"))
        self.assertGreater(len(folds[1].find_elements(By.CSS_SELECTOR, "th button.sort")), 3)
        self.assertEqual(self.js(figures, folds[0]), 0)
        # A link to what is folded opens it.
        self.js("location.hash = arguments[0]", self.folded_id(folds[2]))
        until(lambda: folds[2].get_attribute("open"), "opening the fold of a link's target")
        self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument",
                                    {"identifier": stop})
        self.driver.get(self.address)
        self.whole()
        self.assertEqual(self.driver.find_elements(By.TAG_NAME, "noscript"), [])
        self.assertTrue(all(self.js("return [...document.querySelectorAll("
                                    "'#confusion details.more')].map((fold) =>"
                                    "fold.querySelectorAll('figure .still svg').length)")))

    def folded_id(self, fold):
        """The id of the figure in a fold that is not read yet."""
        return self.js("return /<figure id=\"([^\"]+)/.exec("
                       "arguments[0].querySelector('noscript').textContent)[1]", fold)

    # Tables.

    def test_a_click_on_a_heading_sorts_by_number_and_another_one_turns_the_order(self):
        section = self.driver.find_element(By.ID, "page-runs")
        headings = self.js("return [...arguments[0].querySelectorAll('th button.sort')].map("
                           "b => b.textContent)", section)
        place = headings.index("test accuracy")
        before = self.column(section, place)
        number = lambda text: float(text.split()[0])  # noqa: E731
        for order in (False, True):
            self.press(section, "test accuracy")
            shown = self.column(section, place)
            self.assertEqual([number(t) for t in shown],
                             sorted((number(t) for t in before), reverse=order))
        self.assertEqual(section.find_elements(By.CSS_SELECTOR, "thead th")[place]
                         .get_attribute("aria-sort"), "descending")

    def test_the_filter_keeps_rows_with_all_words(self):
        section = self.driver.find_element(By.ID, "page-runs")
        section.find_element(By.CSS_SELECTOR, "input[type=search]").send_keys("SVM sem")
        rows = self.js("return [...arguments[0].querySelectorAll('tbody tr:not(.away)')].map("
                       "(row) => row.textContent)", section)
        self.assertEqual(len(rows), 1)
        self.assertIn("svm", rows[0])
        self.assertIn("1 of 15 rows", section.text)

    def test_a_table_is_downloaded_as_csv_and_copied_as_latex(self):
        section = self.leaderboard()
        caption = section.find_element(By.TAG_NAME, "caption").get_attribute("textContent")
        name = section.get_attribute("id") + ".csv"
        self.press(section, "Download CSV: " + caption)
        rows = list(csv.reader(io.StringIO(self.download(name).decode())))
        n_rows = len(section.find_elements(By.CSS_SELECTOR, "tbody tr"))
        self.assertEqual(len(rows), 1 + n_rows)
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})
        latex = self.js("return genrebenchTables.table_latex("
                        "arguments[0].querySelector('table'))", section)
        self.assertTrue(latex.startswith("% Needs \\usepackage{booktabs}."), latex[:80])
        self.assertEqual(latex.count("\\\\\n"), 1 + n_rows)

    # Charts.

    def test_the_pointer_shows_a_value(self):
        figure = self.chart("_eigenvalues")
        tip = self.driver.find_element(By.CSS_SELECTOR, ".tip")
        self.assertFalse(tip.is_displayed())
        first = figure.find_elements(By.CSS_SELECTOR, ".canvas svg .mark-symbol path")[0]
        ActionChains(self.driver).move_to_element(first).perform()
        until(tip.is_displayed, "the value under the pointer")
        self.assertRegex(tip.text, r"Index: 1\nEigenvalue: [\d.]+")

    def test_a_series_is_switched_off_and_on(self):
        figure = self.chart("_graph")
        count = lambda: self.js(  # noqa: E731
            "return arguments[0].querySelectorAll('.canvas svg .mark-symbol path').length", figure)
        key = figure.find_element(By.CSS_SELECTOR, ".legend button")
        before = count()
        key.send_keys(Keys.ENTER)
        until(lambda: count() < before, "hiding a series")
        self.assertEqual(key.get_attribute("aria-pressed"), "false")
        key.send_keys(Keys.SPACE)
        until(lambda: count() == before, "showing it again")

    def test_buttons_and_a_drag_zoom_and_whole_shows_everything_again(self):
        figure = self.chart("_eigenvalues")
        ticks = lambda: self.js(  # noqa: E731
            "return [...arguments[0].querySelectorAll('.canvas svg .role-axis-label text')].map("
            "t => t.textContent).sort().join()", figure)
        whole = ticks()
        self.press(figure, "Zoom in")
        until(lambda: ticks() != whole, "zooming by a button")
        self.press(figure, "Show the whole chart")
        until(lambda: ticks() == whole, "showing the whole chart")
        canvas = figure.find_element(By.CSS_SELECTOR, ".canvas")
        ActionChains(self.driver).move_to_element(canvas).click_and_hold().move_by_offset(
            90, 10).release().perform()
        until(lambda: ticks() != whole, "zooming by a drag")

    def test_a_chart_is_downloaded_as_svg_png_and_data(self):
        figure = self.chart("_eigenvalues")
        name = figure.get_attribute("id")
        self.press(figure, "Download as SVG")
        self.assertTrue(self.download(name + ".svg").startswith(b"<svg "))
        self.press(figure, "Download as PNG")
        self.assertTrue(self.download(name + ".png").startswith(b"\x89PNG"))
        self.press(figure, "Download the data as CSV")
        rows = list(csv.reader(io.StringIO(self.download(name + ".csv").decode())))
        self.assertEqual(rows[0][1:3], ["Index", "Eigenvalue"])
        self.assertGreater(len(rows), 3)
        self.press(figure, "Values")
        self.assertEqual(len(figure.find_elements(By.CSS_SELECTOR, ".values tbody tr")),
                         len(rows) - 1)

    # Sound.

    def test_a_section_plays_from_its_start_and_a_line_moves(self):
        figure = self.chart("_clusters")
        audio = figure.find_element(By.TAG_NAME, "audio")
        self.assertTrue(audio.get_attribute("src").startswith("file:///"))
        keys = figure.find_elements(By.CSS_SELECTOR, ".regions button")
        self.assertGreater(len(keys), 1)
        data = json.loads(self.js("return arguments[0].querySelector("
                                  "'script[type=\"application/json\"]').textContent", figure))
        start = data["sections"][1]["start"]
        # A section may be over before a slow machine has looked at it: the page itself looks.
        self.js("""
            const figure = arguments[0], places = window.places = new Set(), current = new Set();
            window.current = current;
            (function look() {
              const rule = figure.querySelector('.canvas svg .mark-rule.role-mark line');
              places.add(rule.getAttribute('transform'));
              figure.querySelectorAll('.regions button').forEach((key, i) => {
                if (key.getAttribute('aria-current') === 'true') current.add(i);
              });
              requestAnimationFrame(look);
            })();""", figure)
        keys[1].click()
        until(lambda: self.js("return arguments[0].currentTime", audio) > start + 0.1, "playing")
        until(lambda: self.js("return places.size") > 3, "moving the line")
        self.assertIn(1, self.js("return [...current]"))
        until(lambda: self.js("return arguments[0].paused", audio), "the end of the section")
        self.assertLess(self.js("return arguments[0].currentTime", audio),
                        data["sections"][1]["end"] + 1)

    def test_a_click_on_the_waveform_plays_from_there(self):
        figure = self.chart("_clusters")
        audio = figure.find_element(By.TAG_NAME, "audio")
        canvas = figure.find_element(By.CSS_SELECTOR, ".canvas")
        ActionChains(self.driver).move_to_element(canvas).click().perform()
        until(lambda: self.js("return !arguments[0].paused && arguments[0].currentTime > 0", audio),
              "playing")
        until(lambda: self.js("return isFinite(arguments[0].duration)", audio),
              "knowing its length")
        total = self.js("return arguments[0].duration", audio)
        self.assertGreater(self.js("return arguments[0].currentTime", audio), 0.3 * total)

    # Modes, paper, small screens, no scripts.

    def test_dark_where_the_system_is_dark_and_the_switch_turns_it(self):
        back = lambda: self.js(  # noqa: E731
            "return getComputedStyle(document.body).backgroundColor")
        self.assertEqual(back(), "rgb(255, 255, 255)")
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        dark = until(lambda: back() != "rgb(255, 255, 255)" and back(), "turning dark")
        self.press(self.driver.find_element(By.TAG_NAME, "header"), "Light mode")
        self.assertEqual(back(), "rgb(255, 255, 255)")
        self.press(self.driver.find_element(By.TAG_NAME, "header"), "Dark mode")
        self.assertEqual(back(), dark)

    def test_paper_shows_the_still_figures_and_no_buttons(self):
        self.chart("_eigenvalues")
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.assertEqual(self.js("return [...document.querySelectorAll('.tools, .live, nav')]"
                                 ".filter(e => e.offsetParent).length"), 0)
        self.assertTrue(self.js("return [...document.querySelectorAll('figure .still')].every("
                                "e => e.offsetHeight > 50)"))
        pdf = self.driver.execute_cdp_cmd("Page.printToPDF", {})["data"]
        self.assertTrue(pdf.startswith("JVBERi"))  # %PDF in base 64

    def test_a_phone_needs_no_sideways_scrolling(self):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True})
        self.driver.get(self.address)
        self.chart("_eigenvalues")
        self.chart("_clusters")
        self.assertLessEqual(self.js("return document.documentElement.scrollWidth"), 390)

    def test_without_scripts_the_still_figures_and_all_tables_are_there(self):
        still = browser(self.downloads, scripts=False)
        try:
            still.get(self.address)
            self.assertEqual(still.find_elements(By.TAG_NAME, "button"), [])
            figures = still.find_elements(By.CSS_SELECTOR, "figure .still svg")
            self.assertGreater(len(figures), 3)
            folded = still.find_elements(By.CSS_SELECTOR, "details figure .still svg")
            self.assertGreater(len(folded), 3)
            seen = lambda figure: still.execute_script(  # noqa: E731
                "return arguments[0].checkVisibility()", figure)
            self.assertTrue(all(seen(figure) != (figure in folded) for figure in figures))
            folded[0].find_element(By.XPATH, "ancestor::details/summary").click()
            self.assertTrue(seen(folded[0]))
            self.assertTrue(still.find_element(By.ID, "page-runs").is_displayed())
        finally:
            still.quit()

    # Everybody.

    def test_the_keyboard_reaches_the_content_first(self):
        self.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        first = self.driver.switch_to.active_element
        self.assertEqual(first.text, "Skip to the content")
        first.send_keys(Keys.ENTER)
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("id"), "content")

    @unittest.skipUnless(AXE and AXE.is_file(), "needs axe.min.js of the package axe-core of npm")
    def test_axe_has_no_serious_finding_in_either_mode(self):
        for mode in ("light", "dark"):
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": mode}]})
            self.driver.get(self.address)
            self.chart("_eigenvalues")
            self.chart("_graph")
            self.driver.execute_script(AXE.read_text())
            found = self.driver.execute_async_script(
                "const done = arguments[0]; axe.run().then((r) => done(r.violations.map((v) =>"
                "[v.impact, v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))])))")
            self.assertEqual([v for v in found if v[0] in ("serious", "critical")], [], mode)


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    n_skipped = len(result.skipped)
    n_failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - n_failed - n_skipped} passed, {n_failed} failed, "
          f"{n_skipped} skipped")
    sys.exit(1 if n_failed else 0)
