"""An address as a QR code, to be read from paper."""

import io

import segno


def drawing(address: str) -> bytes:
    """Return the QR code as an SVG file, with the quiet zone that readers need."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(
        out, kind="svg", scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return out.getvalue()
