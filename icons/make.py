#!/usr/bin/env python3
"""Makes the PNG and ICO files of this folder from its SVG files."""

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
APP_SIZES = [32, 128, 256, 512]
TRAY_STATES = ["idle", "running", "new", "trouble"]
TRAY_SIZE = 48
ON_LIGHT, ON_DARK = "#15191c", "#ffffff"


def render(svg: bytes, size: int, png: Path) -> None:
    subprocess.run(["rsvg-convert", "-w", str(size), "-h", str(size), "-o", png], input=svg, check=True)


for size in APP_SIZES:
    render((HERE / "app.svg").read_bytes(), size, HERE / f"app-{size}.png")
sizes = "icon:auto-resize=256,128,64,48,32,16"
subprocess.run(["convert", HERE / "app-256.png", "-define", sizes, HERE / "app.ico"], check=True)
for state in TRAY_STATES:
    svg = (HERE / f"tray-{state}.svg").read_text()
    render(svg.encode(), TRAY_SIZE, HERE / f"tray-{state}-on-light.png")
    on_dark = svg.replace(f'color="{ON_LIGHT}"', f'color="{ON_DARK}"')
    render(on_dark.encode(), TRAY_SIZE, HERE / f"tray-{state}-on-dark.png")
