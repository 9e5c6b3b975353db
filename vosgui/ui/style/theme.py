"""Dark and light: one table of colour roles, from which palette and style sheet are made."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from vosgui import paths
from vosgui.ui.session.settings import Scheme


@dataclass(frozen=True)
class Roles:
    """The colours of one scheme, by what they are for.

    surround : behind the canvas. panel : of side panels and bars. raised : buttons and fields.
    line : between panels. edge : around fields. muted : text of less weight.
    """

    surround: str
    panel: str
    raised: str
    hover: str
    line: str
    edge: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    selected: str
    warning: str
    danger: str


# Dark and light, of each role. Text has a contrast of 4.5 to what it lies on, what is drawn and
# what cannot be chosen now has 3: WCAG 2.2, success criteria 1.4.3 and 1.4.11.
_COLOURS = (
    ("#131416", "#c9ccd2"),  # surround
    ("#212327", "#eff0f3"),  # panel
    ("#2d3035", "#ffffff"),  # raised
    ("#383c43", "#e3e6eb"),  # hover
    ("#141518", "#cdd1d8"),  # line
    ("#3c4047", "#c0c5ce"),  # edge
    ("#d9dbdf", "#1f2329"),  # text
    ("#a9adb5", "#5a616c"),  # muted
    ("#828792", "#7a8392"),  # disabled
    ("#4f9cf0", "#1961b9"),  # accent
    ("#0b1420", "#ffffff"),  # on_accent
    ("#2b425f", "#cfe1f8"),  # selected
    ("#e2a94a", "#8d5400"),  # warning
    ("#ee9792", "#b2332c"),  # danger
)
DARK, LIGHT = (Roles(*colours) for colours in zip(*_COLOURS, strict=True))

_ACTIVE = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Light: "hover",
    QPalette.ColorRole.Midlight: "edge",
    QPalette.ColorRole.Mid: "edge",
    QPalette.ColorRole.Dark: "surround",
    QPalette.ColorRole.Shadow: "line",
}
_FADED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)

_SHEET = """
QMainWindow {{ background: {line}; }}
QMenuBar {{ background: {panel}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {panel}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 4px 22px 4px 8px; border-radius: 4px; min-height: 16px; }}
QMenu::icon {{ padding-left: 6px; }}
QMenu::item:selected {{ background: {selected}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {edge}; margin: 4px 6px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {edge}; padding: 3px 6px; }}
QSplitter::handle {{ background: {line}; }}
QToolButton {{ background: transparent; border: none; border-radius: 4px; padding: 4px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {selected}; }}
QToolButton[role="fold"] {{ color: {muted}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[role="button"] {{ background: {raised}; border: 1px solid {edge}; padding: 3px 8px; }}
QToolButton[role="button"]:hover {{ background: {hover}; }}
QToolButton[role="button"]:disabled {{ background: {panel}; color: {disabled}; }}
QPushButton {{ background: {raised}; border: 1px solid {edge}; border-radius: 4px;
    padding: 4px 12px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {selected}; }}
QPushButton:default {{ background: {accent}; border-color: {accent}; color: {on_accent}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 3px 11px; }}
QPushButton:default:focus {{ border-color: {text}; }}
QPushButton[role="row"] {{ text-align: left; border: none; background: transparent;
    padding: 5px 8px; }}
QPushButton[role="row"]:hover {{ background: {hover}; }}
QPushButton[role="row"]:focus {{ border: 2px solid {accent}; padding: 3px 6px; }}
QPushButton:disabled {{ color: {disabled}; background: {panel}; border-color: {edge}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QPlainTextEdit {{ background: {raised};
    border: 1px solid {edge}; border-radius: 4px; padding: 2px 5px;
    selection-background-color: {accent}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
    QPlainTextEdit:focus {{ border-color: {accent}; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
    QDoubleSpinBox::down-button {{ width: 0; border: none; }}
QComboBox {{ background: {raised}; border: 1px solid {edge}; border-radius: 4px;
    padding: 2px 4px 2px 7px; min-height: 18px; }}
QComboBox:hover {{ background: {hover}; }}
QComboBox:focus {{ border-color: {accent}; }}
QComboBox:disabled {{ color: {disabled}; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ image: url({drawings}/chevron.svg); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {panel}; border: 1px solid {edge}; padding: 3px; }}
QSlider::groove:horizontal {{ height: 4px; background: {edge}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 12px; margin: -5px 0; border-radius: 7px;
    background: {raised}; border: 1px solid {muted}; }}
QSlider::handle:horizontal:hover {{ border-color: {accent}; }}
QSlider::handle:horizontal:focus {{ background: {accent}; border-color: {text}; }}
QCheckBox {{ spacing: 7px; }}
QCheckBox::indicator, QTableView::indicator {{ width: 13px; height: 13px; border: 1px solid {muted};
    border-radius: 3px; background: {raised}; }}
QCheckBox::indicator:hover {{ border-color: {accent}; }}
QCheckBox:focus, QRadioButton:focus {{ color: {accent}; text-decoration: underline; }}
QCheckBox::indicator:checked, QTableView::indicator:checked {{
    background: {accent}; border-color: {accent};
    image: url({drawings}/tick.svg); }}
QAbstractItemView {{ background: {panel}; border: none; outline: none;
    selection-background-color: {selected}; selection-color: {text}; }}
QTreeView {{ border: 1px solid transparent; }}
QTreeView:focus {{ border-color: {accent}; }}
QTreeView::item {{ min-height: 24px; padding-right: 8px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QAbstractItemView::item:hover {{ background: {hover}; }}
QHeaderView::section {{ background: {panel}; color: {muted}; border: none;
    padding: 4px 11px 4px 3px; }}
QProgressBar {{ background: {raised}; border: none; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
QStatusBar {{ background: {panel}; }}
QStatusBar::item {{ border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 3px; margin: 2px; min-height: 24px;
    min-width: 24px; }}
QScrollBar::handle:hover {{ background: {disabled}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QLabel[weight="muted"] {{ color: {muted}; }}
QLabel[weight="title"] {{ color: {text}; font-weight: 600; }}
QLabel[weight="warning"] {{ color: {warning}; }}
QLabel[weight="key"] {{ color: {muted}; background: {raised}; border: 1px solid {edge};
    border-radius: 3px; padding: 0 5px; }}
QFrame[role="panel"], QWidget[role="panel"] {{ background: {panel}; }}
QFrame[role="popup"], QAbstractItemView[role="popup"] {{ border: 1px solid {edge}; }}
QListView[role="popup"]::item {{ padding: 2px 4px; }}
QFrame[role="message"] {{ background: {raised}; border: 1px solid {warning}; border-radius: 4px; }}
QFrame[role="message"] QPushButton {{ padding: 1px 10px; }}
QFrame[role="rule"] {{ background: {line}; max-height: 1px; min-height: 1px; }}
"""


def roles() -> Roles:
    """Return the colours in use now."""
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if dark else LIGHT


def wanted(scheme: Scheme) -> Roles:
    """Return the colours of a scheme; the system's, where it does not tell, is dark."""
    if scheme == "system":
        scheme_of_system = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme_of_system == Qt.ColorScheme.Light else DARK
    return LIGHT if scheme == "light" else DARK


def the_application() -> QApplication:
    """Return the application that runs."""
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


def apply_theme(application: QApplication, scheme: Scheme) -> None:
    """Give every widget the style, the palette and the style sheet of a scheme."""
    colours = wanted(scheme)
    application.setStyle("Fusion")
    application.setPalette(_palette(colours))
    name = "light" if colours is LIGHT else "dark"
    drawings = (paths.resources() / "theme" / name).as_posix()
    application.setStyleSheet(_SHEET.format(**vars(colours), drawings=drawings))


def _palette(colours: Roles) -> QPalette:
    palette = QPalette()
    for role, name in _ACTIVE.items():
        palette.setColor(role, QColor(getattr(colours, name)))
    for role in _FADED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    return palette


def small_font(font: QFont, factor: float = 0.9) -> QFont:
    """Return the font of notes and key names beside text in `font`."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * factor)
    return small
