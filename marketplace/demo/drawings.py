"""Technical line drawings for the demo market: one key and one seed give one drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from marketplace.demo import drawing_bearings as bearings
from marketplace.demo import drawing_cooling as cooling
from marketplace.demo import drawing_electronics as electronics
from marketplace.demo import drawing_process as process
from marketplace.demo import drawing_robots as robots
from marketplace.demo import drawing_textile as textile
from marketplace.demo import drawing_vehicle as vehicle
from marketplace.demo.drawing_geometry import Variation
from marketplace.demo.drawing_raster import to_png
from marketplace.demo.drawing_sheet import Sheet
from marketplace.demo.drawing_svg import to_svg


class Motif(NamedTuple):
    """What is inked under a key, and what it is called in both languages."""

    ink: Callable[[Sheet, Variation], None]
    zh: str
    en: str


MOTIFS: Mapping[str, Motif] = MappingProxyType(
    {
        "deep_groove": Motif(bearings.deep_groove, "深沟球轴承", "Deep-groove ball bearing"),
        "cage": Motif(bearings.cage, "轴承保持架", "Bearing cage"),
        "tapered_roller": Motif(bearings.tapered_roller, "圆锥滚子轴承", "Tapered roller bearing"),
        "grinding": Motif(bearings.grinding, "套圈内圆磨削", "Internal grinding of a ring"),
        "spindle": Motif(bearings.spindle, "电主轴", "Motorised spindle"),
        "reactor": Motif(process.reactor, "搅拌反应釜", "Stirred reactor"),
        "column": Motif(process.column, "制备色谱柱", "Preparative column"),
        "freeze_dryer": Motif(process.freeze_dryer, "冷冻干燥机", "Freeze dryer"),
        "microchannel": Motif(process.microchannel, "微通道反应板", "Microchannel plate"),
        "soft_capsule": Motif(process.soft_capsule, "软胶囊压制模辊", "Soft-capsule die rolls"),
        "heald_frame": Motif(textile.heald_frame, "综框", "Heald frame"),
        "weft_accumulator": Motif(textile.weft_accumulator, "储纬器", "Weft accumulator"),
        "rotor_spinning": Motif(textile.rotor_spinning, "转杯纺纱器", "Rotor spinning unit"),
        "yarn_clearer": Motif(textile.yarn_clearer, "络筒单锭", "Winding station"),
        "compressor_valve": Motif(cooling.compressor_valve, "压缩机阀板", "Compressor valve plate"),
        "expansion_valve": Motif(
            cooling.expansion_valve, "电子膨胀阀", "Electronic expansion valve"
        ),
        "fin_coil": Motif(cooling.fin_coil, "翅片盘管", "Finned coil"),
        "four_way_valve": Motif(cooling.four_way_valve, "四通换向阀", "Four-way reversing valve"),
        "brake_caliper": Motif(vehicle.brake_caliper, "盘式制动器", "Disc brake"),
        "wheel_hub": Motif(vehicle.wheel_hub, "轮毂轴承单元", "Hub bearing unit"),
        "steering_knuckle": Motif(vehicle.steering_knuckle, "转向节", "Steering knuckle"),
        "battery_housing": Motif(vehicle.battery_housing, "电池箱体", "Battery housing"),
        "suspension": Motif(vehicle.suspension, "减振器支柱", "Damper strut"),
        "harmonic_drive": Motif(robots.harmonic_drive, "谐波减速器", "Strain wave gear"),
        "robot_arm": Motif(robots.robot_arm, "六轴机械臂", "Six-axis arm"),
        "gripper": Motif(robots.gripper, "平行夹爪", "Parallel gripper"),
        "mobile_robot": Motif(robots.mobile_robot, "移动机器人", "Mobile robot"),
        "joint_module": Motif(robots.joint_module, "关节模组", "Joint module"),
        "sensor_board": Motif(electronics.sensor_board, "振动传感板", "Vibration sensor board"),
        "controller": Motif(electronics.controller, "驱动控制板", "Drive controller board"),
        "block_diagram": Motif(electronics.block_diagram, "系统框图", "System block diagram"),
        "flow_chart": Motif(electronics.flow_chart, "方法流程图", "Flow chart of the method"),
    }
)
_NUMBERING = ((1, 1), (10, 2), (10, 1), (11, 1), (20, 2), (101, 1), (101, 2))


def draw(key: str, seed: int, *, language: str = "zh", thumb: bool = False) -> str:
    """The drawing as a self-contained SVG document; equal arguments give equal text.

    ``language`` ("en", else Chinese) chooses the accessible name. ``thumb`` leaves out numerals,
    hatching and centre lines and thickens the rest, for pictures about 80 px wide.
    Raises KeyError for an unknown key.
    """
    motif = MOTIFS[key]
    title = motif.en if language.startswith("en") else motif.zh
    return to_svg(_sheet(key, seed).shapes, title=title, thumb=thumb)


def raster(key: str, seed: int, *, width: int = 1200, height: int = 900) -> bytes:
    """The drawing as a PNG of that many pixels; below 160 px wide in its thumbnail form.

    Raises KeyError for an unknown key.
    """
    return to_png(_sheet(key, seed).shapes, width=width, height=height, thumb=width < 160)


def numerals(key: str, seed: int) -> tuple[str, ...]:
    """The reference numerals that stand on the drawing, in the order of their parts."""
    return tuple(_sheet(key, seed).numerals)


def _sheet(key: str, seed: int) -> Sheet:
    motif = MOTIFS[key]
    vary = Variation(key, seed)
    first, step = vary.pick(_NUMBERING)
    sheet = Sheet(first_numeral=first, step=step)
    motif.ink(sheet, vary)
    return sheet
