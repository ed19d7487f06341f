"""Words that say nothing about what is looked for; left out of queries, never out of the index."""

from __future__ import annotations

_CHINESE = """
的 了 和 与 及 或 等 在 是 为 对 由 于 之 其 以 用 从 到 将 把 被 给 向 也 都 就 而 且 并 所 有
无 不 个 种 该 此 这 那 些 各 每 某 本 我 你 您 他 她 它 们 我们 你们 他们 一 一个 一种 一类 一些
这种 这个 这些 那个 那些 其中 用于 关于 基于 对于 以及 及其 并且 或者 而且 但是 但 因此 所以 如果
通过 根据 按照 由于 为了 可以 能够 可 能 会 要 需要 需 想 想要 求 寻求 寻找 找 请问 请 有没有
有关 相关 如何 怎样 怎么 什么 哪些 哪里 哪家 吗 呢 吧 啊 上 下 中 内 外 所述 本发明 本实用新型
发明 公开 提供 涉及 包括 其特征 特征 在于 具有 进行 采用 实现 使用 利用 方面 提出 属于
"""

_ENGLISH = """
a an the and or of in on for to with by from at as is are be been was were this that these those
it its into onto over under between using use used based method methods device thereof therefor
having comprising which such other same said can may we our you your how what where who looking
need want find
"""

STOP_WORDS = frozenset(_CHINESE.split()) | frozenset(_ENGLISH.split())
