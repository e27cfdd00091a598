"""What is wrong with a screen, by what is drawn: texts over each other, cut, too small, in another font."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

DIST = Path(__file__).parents[2] / "dashboards/wall/dist"

# Every piece of text with its box as drawn, its height, and whether it is one of the large figures.
TEXTS = """() => {
  const [found, seen] = [[], new Set()];
  const walk = document.createTreeWalker(document.getElementById('wall'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.textContent.trim()) continue;
    const own = node.parentElement;
    const parent = own.classList.contains('figure') ? own.parentElement : own;
    if (seen.has(parent)) continue;
    seen.add(parent);
    const range = document.createRange();
    range.selectNodeContents(parent);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    if (right - left < 1) continue;
    const middle = (top + bottom) / 2;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    found.push({
      text: parent.textContent, left, right, top: middle - size * 0.36, bottom: middle + size * 0.36, size,
      large: parent.closest('.tile-value') !== null,
      panel: parent.closest('.panel')?.dataset.panel ?? '',
      map: parent.closest('.map-canvas') !== null,
    });
  }
  return found;
}"""
PANELS = """() => Object.fromEntries([...document.querySelectorAll('.panel')].map(panel => {
  const { left, right, top, bottom } = panel.getBoundingClientRect();
  return [panel.dataset.panel, { left, right, top, bottom }];
}))"""
# Boxes of the stations on the map: each lies over the ones before it.
CHIPS = """() => [...document.querySelectorAll('.station')].map(e => {
  const { left, right, top, bottom } = e.querySelector('rect').getBoundingClientRect();
  return { text: e.dataset.device, left, right, top, bottom };
})"""
CAPITAL = """() => {
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '500 1000px "Be Vietnam Pro"';
  return pen.measureText('H').actualBoundingBoxAscent / 1000;
}"""
SCROLLS = """() => document.documentElement.scrollHeight > innerHeight
  || document.documentElement.scrollWidth > innerWidth"""
TOUCH_PX = 2.0  # letters may stand that close; more is an overlap
FONT_RANGES = re.compile(r"unicode-range:([^;}]*)")


def faults(page: Page) -> list[str]:
    """Everything that nobody should see, in words; a whole screen has none."""
    width, height = page.evaluate("[innerWidth, innerHeight]")
    texts, panels = page.evaluate(TEXTS), page.evaluate(PANELS)
    found = [f"{a!r} over {b!r}" for a, b in [*overlapping(texts), *overlapping(page.evaluate(CHIPS))]]
    found += [f"{text!r} is cut" for text in outside(texts, panels, width, height)]
    capital, scale = page.evaluate(CAPITAL), min(width, height) / 1080
    found += [
        f"{one['text']!r} is {one['size'] * capital:.1f} px high"
        for one in texts
        if one["size"] * capital < (46 if one["large"] else 24) * scale
    ]
    found += ["the page scrolls"] if page.evaluate(SCROLLS) else []
    return found + [f"{letter!r} is of another font" for letter in sorted(strange_letters(texts))]


def overlapping(texts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    def overlap(a: dict[str, Any], b: dict[str, Any]) -> bool:
        wide = min(a["right"], b["right"]) - max(a["left"], b["left"])
        high = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
        return bool(wide > TOUCH_PX and high > TOUCH_PX)

    return [(a["text"], b["text"]) for i, a in enumerate(texts) for b in texts[i + 1 :] if overlap(a, b)]


def outside(texts: list[dict[str, Any]], panels: dict[str, Any], width: int, height: int) -> list[str]:
    screen = {"left": 0, "right": width, "top": 0, "bottom": height}

    def cut(one: dict[str, Any]) -> bool:
        box = panels.get(one["panel"], screen)
        return bool(
            one["left"] < box["left"] - 1
            or one["right"] > box["right"] + 1
            or one["top"] < box["top"] - 1
            or one["bottom"] > box["bottom"] + 1
        )

    return [one["text"] for one in texts if cut(one)]


def strange_letters(texts: list[dict[str, Any]]) -> set[str]:
    """Letters that our fonts do not have, so that another would draw them."""
    style = "".join(file.read_text(encoding="utf-8") for file in DIST.glob("assets/*.css"))
    known: set[int] = set()
    for listed in FONT_RANGES.findall(style):
        for part in listed.split(","):
            first, _, last = part.strip().upper().removeprefix("U+").partition("-")
            if "?" in first:
                first, last = first.replace("?", "0"), first.replace("?", "F")
            known.update(range(int(first, 16), int(last or first, 16) + 1))
    return {letter for one in texts for letter in one["text"] if ord(letter) not in known}
