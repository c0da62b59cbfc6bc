"""The colours of the workbook, by role: Okabe and Ito's set, safe for colour-blind readers.

Colour is never the only sign: padding is hatched as well, a focus has a thick outline.
Source: Okabe & Ito 2008, "Color Universal Design".
"""

INPUT = "#0072B2"
KERNEL = "#E69F00"
OUTPUT = "#009E73"
FOCUS = "#D55E00"
PADDING = "#CC79A7"
SKY = "#56B4E9"
INK = "#1F2430"
MUTED = "#5B6472"
LINE = "#D5DAE1"
PAPER = "#FFFFFF"
