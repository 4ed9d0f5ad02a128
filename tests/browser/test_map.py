"""The map of the archive, and the corpus whose numbers lead to passages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import passages
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS)


def open_map(tab: Watched) -> Page:
    """The corpus, once its map is drawn."""
    tab.open("corpus")
    expect(tab.page.locator(".map canvas")).to_be_visible()
    expect(tab.page.get_by_role("button", name="qui parle")).to_have_attribute(
        "aria-pressed", "true"
    )
    return tab.page


def coloured(page: Page) -> int:
    """How many pixels of the canvas are of the colour of a point."""
    return int(
        page.evaluate("""() => {
            const canvas = document.querySelector('.map canvas');
            const {data} = canvas.getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height);
            let n = 0;
            for (let at = 0; at < data.length; at += 4) {
                const rgb = [data[at], data[at + 1], data[at + 2]];
                n += Math.max(...rgb) - Math.min(...rgb) > 40;
            }
            return n;
        }""")
    )


def test_a_point_opens_its_passage(tab: Watched) -> None:
    page = open_map(tab)
    assert coloured(page) > 200
    canvas = page.locator(".map canvas")
    box = canvas.bounding_box()
    assert box is not None
    spot = page.evaluate("""() => {
        const canvas = document.querySelector('.map canvas');
        const ratio = canvas.width / canvas.clientWidth;
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) {
            const rgb = [data[at], data[at + 1], data[at + 2]];
            const place = at / 4;
            if (Math.max(...rgb) - Math.min(...rgb) > 40)
                return [(place % canvas.width) / ratio, Math.floor(place / canvas.width) / ratio];
        }
    }""")
    canvas.click(position={"x": spot[0] + 1, "y": spot[1] + 1})
    link = page.locator(".map .spot a")
    expect(link).to_be_visible()
    said = page.locator(".map .spot .passage").inner_text()
    link.click()
    page.wait_for_url("**/billet?**")
    expect(page.locator(".found")).to_contain_text(said[:40])


def test_the_regions_say_the_same_in_words(tab: Watched) -> None:
    page = open_map(tab)
    region = page.locator(".map-regions details").first
    region.locator("summary").press("Enter")
    expect(region.locator("li .passage").first).to_be_visible()
    n = int("".join(filter(str.isdigit, region.locator("summary .n").inner_text())))
    while (more := region.get_by_role("button", name="passage", exact=False)).count():
        before = region.locator("li .passage").count()
        more.last.click()
        expect(region.locator("li .passage").nth(before)).to_be_visible()
    expect(region.locator("li .passage")).to_have_count(n)
    region.get_by_role("button", name="Voir sur la carte").click()
    region.get_by_role("link", name="Chercher ces mots").click()
    page.wait_for_url("**/?q=**")
    tab.settle()
    assert passages(page)


def test_one_colour_can_be_kept_alone(tab: Watched) -> None:
    page = open_map(tab)
    everything = coloured(page)
    legend = page.get_by_role("group", name="Ne garder que")
    legend.get_by_role("button", name="Commentaires").click()
    expect(legend.get_by_role("button", name="Commentaires")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert 0 < coloured(page) < everything
    page.get_by_role("button", name="année").click()
    expect(page.get_by_role("button", name="année")).to_be_focused()
    expect(page.locator(".map .scale")).to_be_visible()


def test_what_is_on_the_map_is_inert_and_verbatim(tab: Watched) -> None:
    page = open_map(tab)
    for summary in page.locator(".map-regions summary").all():
        summary.click()
    for details in page.locator(".map-regions details").all():
        expect(details.locator("li .passage").first).to_be_visible()
        while (more := details.get_by_role("button", name="autres passages")).count():
            n = details.locator("li .passage").count()
            more.click()
            expect(details.locator("li .passage").nth(n)).to_be_visible()
    regions = page.locator(".map-regions")
    assert "<img src=x onerror=alert(1)>" in regions.inner_text()
    assert regions.locator("img, script, iframe").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert tab.dialogs == []


def test_a_number_of_the_corpus_is_what_its_click_gives(tab: Watched) -> None:
    tab.open("corpus")
    rows = tab.page.locator(".sheet .bars li:has(a)")
    expect(rows.first).to_be_visible()
    told = [
        (row.locator("a").get_attribute("href"), row.locator(".number").inner_text())
        for row in rows.all()
    ]
    assert len(told) > 6
    for href, number in (told[0], told[-1], told[len(told) // 2]):
        tab.page.goto(f"{tab.base_url}/{href}")
        tab.settle()
        n = int("".join(filter(str.isdigit, number)))
        shown = tab.page.locator(".count strong").inner_text()
        copies = tab.page.locator(".hit").count()
        assert copies > 0
        assert 0 < int("".join(filter(str.isdigit, shown))) <= n


def test_conditions_alone_are_answered_by_date(tab: Watched) -> None:
    tab.open("?role=commentaire")
    page = tab.page
    expect(page.get_by_role("status").filter(has_text="passages")).to_be_visible()
    dates = page.locator(".hit time").evaluate_all("e => e.map(x => x.dateTime)")
    assert dates == sorted(dates)
    page.locator(".hit").first.locator("a.open").click()
    expect(page.locator(".reader #found")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".reader #found")).to_have_count(0)
    page.get_by_label("Trier").select_option("recents")
    page.wait_for_url("**tri=recents**")
    tab.settle()
    newest = page.locator(".hit time").evaluate_all("e => e.map(x => x.dateTime)")
    assert newest == sorted(newest, reverse=True)


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_jumps_while_the_map_comes(tab: Watched, width: int) -> None:
    tab.page.set_viewport_size({"width": width, "height": 844})
    tab.page.add_init_script(
        "window.cls = 0; new PerformanceObserver(list => { for (const one of list.getEntries())"
        " if (!one.hadRecentInput) window.cls += one.value })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page = open_map(tab)
    assert page.evaluate("window.cls") <= 0.05
