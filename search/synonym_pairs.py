"""Chinese and English names of the same things in the six clusters, written for this project.

Chinese names, a colon, English names; names are separated by commas, things by bars.
"""

from __future__ import annotations

_BEARINGS = """
轴承: bearing | 滚动轴承: rolling bearing, antifriction bearing
滑动轴承: plain bearing, sliding bearing, journal bearing | 球轴承: ball bearing
深沟球轴承: deep groove ball bearing | 角接触球轴承: angular contact ball bearing
滚子轴承: roller bearing | 圆柱滚子轴承: cylindrical roller bearing
圆锥滚子轴承: tapered roller bearing | 调心滚子轴承: spherical roller bearing
滚针轴承: needle bearing, needle roller bearing | 推力轴承: thrust bearing
关节轴承: spherical plain bearing | 轮毂轴承: hub bearing, wheel bearing
主轴轴承: spindle bearing | 磁悬浮轴承: magnetic bearing | 空气轴承: air bearing
陶瓷轴承: ceramic bearing | 微型轴承: miniature bearing
轴承座: bearing housing, bearing pedestal | 轴承钢: bearing steel | 轴承套圈: bearing ring
保持架: cage, retainer | 内圈: inner ring | 外圈: outer ring | 滚道: raceway
滚动体: rolling element | 滚子: roller | 钢球: steel ball | 润滑: lubrication | 润滑脂: grease
润滑油: lubricating oil, lubricant | 密封圈: sealing ring, seal ring | 密封: seal, sealing
磨削: grinding | 超精加工: superfinishing | 热处理: heat treatment | 淬火: quenching
渗碳: carburizing | 锻造: forging | 车削: turning | 游隙: clearance | 预紧: preload
振动: vibration | 噪声, 噪音: noise | 磨损: wear | 疲劳寿命: fatigue life | 轴: shaft
主轴: spindle | 套圈: ring | 精度: precision, accuracy | 圆度: roundness
"""

_BIOMEDICINE = """
生物医药: biomedicine, biopharmaceutical | 药物: drug, medicine | 制药: pharmaceutical
原料药: active pharmaceutical ingredient | 制剂: formulation, preparation
药物组合物: pharmaceutical composition | 维生素: vitamin | 维生素E: vitamin e
抗生素: antibiotic | 抗体: antibody | 单克隆抗体: monoclonal antibody | 疫苗: vaccine
多肽: peptide, polypeptide | 蛋白质, 蛋白: protein | 重组蛋白: recombinant protein | 酶: enzyme
核酸: nucleic acid | 基因: gene | 基因编辑: gene editing | 细胞: cell | 干细胞: stem cell
细胞培养: cell culture | 发酵: fermentation | 菌株: strain | 微生物: microorganism
益生菌: probiotic | 抗肿瘤: antitumor, anticancer | 肿瘤: tumor, tumour | 癌症: cancer
糖尿病: diabetes | 高血压: hypertension | 炎症: inflammation | 抗炎: anti-inflammatory
中药: traditional chinese medicine | 中药提取物: herbal extract | 提取物: extract
提取: extraction | 纯化: purification | 色谱: chromatography | 结晶: crystallization
合成: synthesis | 中间体: intermediate | 催化剂: catalyst | 手性: chiral
医疗器械: medical device | 诊断试剂: diagnostic reagent | 试剂盒: kit | 检测试剂盒: detection kit
导管: catheter | 支架: stent | 植入物: implant | 敷料: dressing | 缓释: sustained release
靶向: targeted | 脂质体: liposome | 微球: microsphere | 胶囊: capsule | 片剂: tablet
注射液: injection | 透皮: transdermal | 生物传感器: biosensor | 血糖: blood glucose
免疫: immune | 病毒: virus
"""

_TEXTILE = """
纺织机械: textile machinery, textile machine | 纺织: textile | 织机: loom | 剑杆织机: rapier loom
喷气织机: air jet loom | 喷水织机: water jet loom | 针织机: knitting machine
圆纬机: circular knitting machine | 横机: flat knitting machine | 经编机: warp knitting machine
纺纱: spinning | 转杯纺, 气流纺: rotor spinning | 细纱机: ring spinning frame
络筒机: winding machine, winder | 并条机: drawing frame | 粗纱机: roving frame
梳棉机: carding machine | 倍捻机: two-for-one twister | 加弹机: texturing machine
整经机: warping machine | 浆纱机: sizing machine | 印染: dyeing and printing | 染色: dyeing
染料: dye, dyestuff | 印花: printing | 印花机: printing machine
定型机: setting machine, stenter | 刺绣机, 绣花机: embroidery machine | 缝纫机: sewing machine
纱线: yarn | 纤维: fiber, fibre | 化纤: chemical fiber | 涤纶: polyester
锦纶, 尼龙: nylon, polyamide | 氨纶: spandex | 棉: cotton | 丝绸: silk | 羊毛: wool
织物: fabric | 面料: fabric, cloth | 无纺布: nonwoven | 针织物: knitted fabric | 导纱: yarn guide
锭子: spindle | 罗拉: roller | 纱锭: spindle | 断纱检测: yarn break detection
张力控制: tension control | 卷绕: winding | 经纱: warp | 纬纱: weft | 筘: reed
综框: heald frame | 提花: jacquard | 起绒: raising, napping | 废水处理: wastewater treatment
"""

_REFRIGERATION = """
制冷: refrigeration | 制冷配件: refrigeration part, refrigeration component
制冷剂, 冷媒: refrigerant | 压缩机: compressor | 涡旋压缩机: scroll compressor
螺杆压缩机: screw compressor | 冷凝器: condenser | 蒸发器: evaporator
换热器, 热交换器: heat exchanger | 膨胀阀: expansion valve
电子膨胀阀: electronic expansion valve | 四通阀: four-way valve, reversing valve
截止阀: stop valve, shut-off valve | 电磁阀: solenoid valve | 球阀: ball valve
单向阀, 止回阀: check valve | 阀门: valve | 阀: valve | 毛细管: capillary tube
储液器: accumulator, receiver | 干燥过滤器: filter drier | 过滤器: filter
空调: air conditioner, air conditioning | 热泵: heat pump | 冰箱: refrigerator
冷库: cold storage | 冷链: cold chain | 冷柜: freezer | 风机: fan, blower | 铜管: copper tube
翅片: fin | 微通道: microchannel | 管路: pipeline, pipe | 管接头: pipe joint, pipe fitting
铜铝接头: copper aluminum joint | 钎焊: brazing | 焊接: welding | 泄漏: leakage, leak
检漏: leak detection | 节能: energy saving | 温控器: thermostat | 温度传感器: temperature sensor
压力传感器: pressure sensor | 除霜: defrosting | 制冰机: ice maker | 水泵: water pump | 泵: pump
冷却: cooling | 冷却塔: cooling tower | 保温: thermal insulation | 隔热: heat insulation
传热: heat transfer | 真空: vacuum
"""

_AUTOMOTIVE = """
汽车零部件: automotive part, auto part, automobile component | 汽车: automobile, car, vehicle
车辆: vehicle | 电动汽车: electric vehicle | 新能源汽车: new energy vehicle | 发动机: engine
内燃机: internal combustion engine | 变速箱, 变速器: gearbox, transmission | 离合器: clutch
制动器: brake | 制动: braking | 刹车片: brake pad | 制动盘: brake disc | 转向器: steering gear
转向: steering | 悬架: suspension | 减震器, 减振器: shock absorber, damper | 弹簧: spring
万向节: universal joint | 等速万向节: constant velocity joint
传动轴: drive shaft, transmission shaft | 差速器: differential | 轮毂: hub | 轮胎: tire, tyre
底盘: chassis | 车身: vehicle body | 车门: door | 车窗: window | 座椅: seat | 安全气囊: airbag
安全带: seat belt | 保险杠: bumper | 车灯: vehicle lamp, headlight | 雨刮器: wiper | 活塞: piston
曲轴: crankshaft | 凸轮轴: camshaft | 连杆: connecting rod | 气门: valve
涡轮增压器: turbocharger | 燃油泵: fuel pump | 喷油器: injector | 燃料电池: fuel cell
锂电池, 锂离子电池: lithium battery, lithium ion battery | 固态电池: solid state battery
电池, 蓄电池: battery, cell | 电池管理系统: battery management system
充电桩: charging pile, charging station | 电机, 马达: motor | 永磁电机: permanent magnet motor
轮毂电机: hub motor | 逆变器: inverter | 齿轮: gear | 减速器: reducer, speed reducer
铝合金: aluminum alloy, aluminium alloy | 压铸: die casting | 铸造: casting | 冲压: stamping
注塑: injection molding, injection moulding | 模具: mold, mould, die | 橡胶: rubber
尾气: exhaust gas, exhaust | 排气: exhaust | 自动驾驶: autonomous driving | 轻量化: lightweight
"""

_ROBOTS = """
机器人, 机械人: robot | 智能机器人: intelligent robot | 通用智能机器人: general intelligent robot
工业机器人: industrial robot | 协作机器人: collaborative robot, cobot | 服务机器人: service robot
人形机器人: humanoid robot | 移动机器人: mobile robot | 焊接机器人: welding robot
机械臂, 机械手臂: robot arm, robotic arm | 机械手: manipulator | 夹爪, 抓手: gripper
末端执行器: end effector | 谐波减速器: harmonic reducer, harmonic drive | 伺服电机: servo motor
伺服: servo | 步进电机: stepping motor, stepper motor | 控制器: controller | 控制: control
控制系统: control system | 传感器: sensor | 力传感器: force sensor | 编码器: encoder
激光雷达: lidar, laser radar | 雷达: radar | 视觉: vision | 机器视觉: machine vision
图像处理: image processing | 图像识别: image recognition | 路径规划: path planning
导航: navigation | 定位: positioning, localization | 人工智能: artificial intelligence
机器学习: machine learning | 深度学习: deep learning | 神经网络: neural network
大模型: large model | 强化学习: reinforcement learning | 算法: algorithm | 自动化: automation
自动导引车: automated guided vehicle | 无人机: unmanned aerial vehicle, drone | 执行器: actuator
丝杠, 滚珠丝杠: ball screw | 直线导轨: linear guide | 联轴器: coupling | 关节: joint
抓取: grasping | 分拣: sorting | 装配: assembly | 装配线: assembly line | 搬运: handling
码垛: palletizing | 数控机床: cnc machine tool, numerical control machine | 机床: machine tool
刀具: cutting tool | 夹具: fixture, clamp | 检测: detection, inspection | 测量: measurement
激光: laser | 数字孪生: digital twin | 物联网: internet of things
"""

_GENERAL = """
专利: patent | 发明: invention | 技术: technology | 设备: equipment
装置: device, apparatus, unit | 系统: system | 方法: method | 材料: material
复合材料: composite material | 碳纤维: carbon fiber | 石墨烯: graphene | 纳米: nano
涂层: coating | 塑料: plastic | 陶瓷: ceramic | 玻璃: glass | 钢: steel | 铝: aluminum, aluminium
铜: copper | 不锈钢: stainless steel | 合金: alloy | 薄膜: film, thin film | 膜: membrane
电源: power supply | 电缆: cable | 太阳能: solar energy | 光伏: photovoltaic | 芯片: chip
集成电路: integrated circuit | 半导体: semiconductor | 天线: antenna | 软件: software
数据: data | 水处理: water treatment | 污水: sewage | 空气净化: air purification | 干燥: drying
茶叶: tea | 食品: food | 包装: packaging | 飞机, 飞行器, 航空器: aircraft, airplane
直升机: helicopter | 旋翼: rotor | 螺旋桨: propeller | 涡轮: turbine | 推进: propulsion
起落架: landing gear | 混合动力: hybrid power, hybrid | 起飞: takeoff | 着陆: landing
机翼: wing | 航空: aviation
"""


def _parsed(block: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    rows = []
    for thing in block.replace("\n", "|").strip("|").split("|"):
        left, right = thing.split(":")
        chinese = tuple(name.strip() for name in left.split(","))
        rows.append((chinese, tuple(name.strip() for name in right.split(","))))
    return rows


#: (Chinese names, English names) of one thing.
PAIRS = tuple(
    row
    for block in (
        _BEARINGS,
        _BIOMEDICINE,
        _TEXTILE,
        _REFRIGERATION,
        _AUTOMOTIVE,
        _ROBOTS,
        _GENERAL,
    )
    for row in _parsed(block)
)
