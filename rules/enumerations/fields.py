"""Official lists: strategic industries, fields of registration, kinds of organisation."""

from __future__ import annotations

from rules.enumerations.terms import terms

STRATEGIC_INDUSTRIES = terms(
    ("it", "新一代信息技术", "Next-generation information technology"),
    ("equipment", "高端装备制造", "High-end equipment"),
    ("materials", "新材料", "New materials"),
    ("biology", "生物", "Biology"),
    ("nev", "新能源汽车", "New-energy vehicles"),
    ("energy", "新能源", "New energy"),
    ("environment", "节能环保", "Energy saving and environment"),
    ("digital_creative", "数字创意", "Digital creative industry"),
    ("services", "相关服务业", "Related services"),
)
"""战略性新兴产业 (2018), nine classes."""

TECHNOLOGY_FIELDS = terms(
    ("electronics", "电子信息", "Electronics and information"),
    ("aerospace", "航空航天", "Aviation and space"),
    ("manufacturing", "先进制造", "Advanced manufacturing"),
    ("biomedicine", "生物、医药和医疗器械", "Biology, medicine and medical devices"),
    ("materials", "新材料及其应用", "New materials and their use"),
    ("energy", "新能源与高效节能", "New energy and efficiency"),
    ("environment", "环境保护与资源综合利用", "Environment and use of resources"),
    ("nuclear", "核应用", "Nuclear applications"),
    ("agriculture", "农业", "Agriculture"),
    ("transport", "现代交通", "Modern transport"),
    ("city", "城市建设与社会发展", "Cities and social development"),
)
"""技术领域 of 认定登记, eleven values."""

ORGANISATION_KINDS = terms(
    ("010", "机关法人", "Government body"),
    ("021", "科研机构", "Research institute"),
    ("022", "高等院校", "University"),
    ("023", "医疗卫生机构", "Medical institution"),
    ("024", "其他事业法人", "Other public institution"),
    ("030", "社团法人", "Association"),
    ("110", "国有企业", "State-owned enterprise"),
    ("120", "集体企业", "Collective enterprise"),
    ("130", "股份合作企业", "Share cooperative"),
    ("140", "联营企业", "Joint operation"),
    ("150", "有限责任公司", "Limited company"),
    ("160", "股份有限公司", "Company limited by shares"),
    ("170", "私营企业", "Private enterprise"),
    ("180", "其他内资企业", "Other domestic enterprise"),
    ("200", "港澳台商投资企业", "Enterprise from Hong Kong, Macao or Taiwan"),
    ("300", "外商投资企业", "Foreign-invested enterprise"),
    ("400", "个人/个体", "Individual"),
    ("900", "境外", "Abroad"),
)
"""买方/卖方性质 of the registration form. 010 and 900 are our codes where the form has none."""

ORGANISATION_FLAGS = terms(
    ("state_founded", "政府设立", "Founded by the state"),
    ("state_owned", "国有企业", "State-owned enterprise"),
    ("small", "小微企业", "Small or micro enterprise"),
    ("high_tech", "高新技术企业", "High-tech enterprise"),
)
