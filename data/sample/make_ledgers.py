"""Write the ledgers and the visit files of the sample town, always with the same bytes.

    python data/sample/make_ledgers.py [FOLDER]

Everything is made up: the town 青荷镇, its people and shops, their 139-0000 telephone numbers, the licences (region 000000, with check
characters that hold), and the coordinates, which lie in the sea. The flaws of the ledgers are on purpose: README.md lists them.
"""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

# fmt: off
GRIDS = {  # grid -> (street, village)
    "荷花一网格": ("荷花路", "青荷社区"), "荷花二网格": ("荷花路", "青荷社区"), "老街网格": ("老街", "老街社区"),
    "新塘一网格": ("新塘街", "新塘村"), "新塘二网格": ("新塘街", "新塘村"), "建设网格": ("建设路", "建设社区"),
}
# fmt: on
WEST, EAST = ("荷花一网格", "荷花二网格", "老街网格"), ("新塘一网格", "新塘二网格", "建设网格")


class Shop(NamedTuple):
    """One row of the shop ledger; `unit` and `part_of` are filled for a stall of a market."""

    name: str
    grid: str
    door: str
    trade: str
    owner: str
    unit: str = ""
    part_of: str = ""
    remark: str = ""


class Point(NamedTuple):
    """One row of the point ledger."""

    name: str
    kind: str
    grid: str
    place: str
    keeper: str = ""


class Person(NamedTuple):
    """One row of the people ledger; `grids` are joined with 、 in the cell."""

    name: str
    dept: str
    roles: str
    resource: str
    grids: tuple[str, ...] = ()
    village: str = ""
    place: str = ""


class Walk(NamedTuple):
    """One visit file: one line for each place in order; `said` replaces ok for some, `skipped` are left out."""

    file: str
    places: tuple[str, ...]
    said: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()


# fmt: off
MARKET = "青荷集贸市场"
SHOPS = (
    Shop("阿婆生煎", "荷花一网格", "12号", "小吃", "林秀珍", remark="周末排队较长"),
    Shop("青荷药房", "荷花一网格", "18号", "药店", "乔安"),
    Shop("荷香烘焙坊", "荷花一网格", "22号", "烘焙", "麦青"),
    Shop("云朵花店", "荷花一网格", "26号", "花店", "花雨"),
    Shop("万家便利店", "荷花一网格", "30号", "便利店", "毕成"),
    Shop("小满茶饮", "荷花一网格", "34号", "奶茶", "闵月"),
    Shop("育苗托管班", "荷花一网格", "40号", "托管", "伍老师"),
    Shop("明视眼镜店", "荷花一网格", "46号", "眼镜", "计明"),
    Shop("安心口腔诊所", "荷花一网格", "52号", "口腔", "成医生"),
    Shop("青塘拉面", "荷花二网格", "66号", "面馆", "马沙"),
    Shop("望荷宾馆", "荷花二网格", "70号", "宾馆", "宋佳宁"),
    Shop("悦动健身房", "荷花二网格", "78号", "健身", "庞力"),
    Shop("新时代手机店", "荷花二网格", "82号", "手机", "熊新"),
    Shop("金榜文具店", "荷花二网格", "86号", "文具", "纪文"),
    Shop("荷塘火锅", "荷花二网格", "90号", "火锅", "舒红"),
    Shop("净衣洗衣店", "荷花二网格", "94号", "洗衣", "屈净"),
    Shop("佳禾粮油店", "荷花二网格", "98号", "粮油", "项禾"),
    Shop("荷苑空铺", "荷花二网格", "102号", "空置", "", remark="待租"),
    Shop("老街照相馆", "老街网格", "5号", "照相", "祝影"),
    Shop("佳美发廊", "老街网格", "9号", "理发", "孟佳"),
    Shop("古井小酒馆", "老街网格", "13号", "餐馆", "董井"),
    Shop("云裳服装店", "老街网格", "17号", "服装", "梁云"),
    Shop("老王五金", "老街网格", "22号", "五金", "王建业"),
    Shop("同心棋牌室", "老街网格", "26号", "棋牌", "杜同"),
    Shop("徐记熟食", "老街网格", "30号", "熟食", "徐味"),
    Shop("老街粥铺", "老街网格", "33号", "早点", "阮早"),
    Shop("福寿烟酒行", "老街网格", "38号", "烟酒", "蓝寿"),
    Shop("春风足浴", "老街网格", "41号", "足浴", "闻风"),
    Shop("甜橙奶茶", "新塘一网格", "8号", "奶茶", "席甜"),
    Shop("乐学培训中心", "新塘一网格", "12号", "培训", "季学"),
    Shop("大碗快餐", "新塘一网格", "16号", "快餐", "麻大"),
    Shop("鲜果园水果", "新塘一网格", "20号", "水果", "董晓果"),
    Shop("彩虹打印社", "新塘一网格", "24号", "打印", "强印"),
    Shop(MARKET, "新塘一网格", "28号", "菜场", "贾管理", remark="市场本身；摊位另列"),
    Shop("兄弟烧烤", "新塘一网格", "32号", "烧烤", "路兄"),
    Shop("顺达快递驿站", "新塘一网格", "36号", "快递", "危顺"),
    Shop("好运彩票站", "新塘一网格", "40号", "彩票", "江运"),
    Shop("固美门窗", "新塘二网格", "48号", "门窗", "童固"),
    Shop("宏图广告制作", "新塘二网格", "52号", "广告制作", "颜宏"),
    Shop("新塘建材行", "新塘二网格", "56号", "建材", "郭材"),
    Shop("田园农家菜馆", "新塘二网格", "60号", "餐馆", "梅园"),
    Shop("塘边民宿", "新塘二网格", "64号", "民宿", "盛塘"),
    Shop("百家超市", "新塘二网格", "68号", "超市", "刁百"),
    Shop("毛豆宠物店", "新塘二网格", "72号", "宠物", "钟豆", remark="业态不在对照表内"),
    Shop("福满楼饭店", "建设网格", "3号", "饭店", "丁福生"),
    Shop("青禾科技公司", "建设网格", "15号", "公司", "丘禾"),
    Shop("顺风驾校报名处", "建设网格", "21号", "驾校", "骆风"),
    Shop("快捷洗车行", "建设网格", "28号", "洗车", "高洁"),
    Shop("大力汽修", "建设网格", "32号", "汽修", "夏力"),
    Shop("极速网吧", "建设网格", "36号", "网吧", "蔚速"),
    Shop("远山仓库", "建设网格", "45号", "仓库", "田远"),
    Shop("恒通物流站", "建设网格", "49号", "物流", "樊通"),
    Shop("蔡记豆腐", "新塘一网格", "28号", "副食", "蔡小满", "A01", MARKET),
    Shop("老周鲜肉", "新塘一网格", "28号", "生鲜", "周顺", "A02", MARKET),
    Shop("水生水产", "新塘一网格", "28号", "生鲜", "凌水生", "A03", MARKET),
    Shop("阿芳蔬菜", "新塘一网格", "28号", "蔬菜", "霍芳", "A04", MARKET),
    Shop("小虞蛋品", "新塘一网格", "28号", "副食", "虞小", "A05", MARKET),
    Shop("绿叶菌菇", "新塘一网格", "28号", "蔬菜", "万叶", "B01", MARKET),
    Shop("柯家卤味", "新塘一网格", "28号", "熟食", "柯家宝", "B02", MARKET),
    Shop("四季干货", "新塘一网格", "28号", "副食", "管四季", "B03", MARKET),
)
NO_LICENCE = {"荷苑空铺", "毛豆宠物店", "水生水产", "绿叶菌菇", "四季干货"}
NUMERIC_PHONE = 3  # every third telephone stands in its cell as a number

POINTS = (
    *(Point(name, "点位", grid, place) for name, grid, place in (
        ("荷花广场", "荷花一网格", "荷花路1号对面"), ("荷花路东公交站", "荷花一网格", "荷花路20号旁"),
        ("荷花幼儿园门口", "荷花一网格", "荷花路42号"), ("荷花桥头", "荷花一网格", "荷花路58号旁"),
        ("望荷路口", "荷花二网格", "荷花路68号路口"), ("荷苑小区北门", "荷花二网格", "荷花路88号"),
        ("荷花路公厕", "荷花二网格", "荷花路96号旁"), ("荷花绿地", "荷花二网格", "荷花路110号"),
        ("老街牌坊", "老街网格", "老街1号旁"), ("古井广场", "老街网格", "老街14号对面"),
        ("老街停车点", "老街网格", "老街28号旁"), ("老街公厕", "老街网格", "老街36号旁"),
        ("集贸市场西门", "新塘一网格", "新塘街28号西侧"), ("新塘街公交站", "新塘一网格", "新塘街18号旁"),
        ("新塘健身角", "新塘一网格", "新塘街34号旁"), ("新塘街停车点", "新塘一网格", "新塘街38号旁"),
        ("𠮷祥桥头", "新塘二网格", "新塘街46号旁"), ("新塘村委广场", "新塘二网格", "新塘街58号"),
        ("新塘村口", "新塘二网格", "新塘街76号旁"), ("新塘卫生室门口", "新塘二网格", "新塘街70号"),
        ("建设路口", "建设网格", "建设路1号路口"), ("建设路公交站", "建设网格", "建设路19号旁"),
        ("物流园门口", "建设网格", "建设路47号旁"), ("建设路停车点", "建设网格", "建设路30号旁"))),
    *(Point(street + "全段", "道路", grid, street) for street, grid in (
        ("荷花路", "荷花一网格"), ("老街", "老街网格"), ("新塘街", "新塘一网格"), ("建设路", "建设网格"))),
    *(Point(f"新塘村{number}号", "农房", grid, f"新塘村{group}组{number}号", keeper) for number, group, grid, keeper in (
        (3, "东塘", "新塘一网格", "翁建"), (5, "东塘", "新塘一网格", ""), (8, "东塘", "新塘一网格", ""), (12, "西塘", "新塘二网格", ""),
        (16, "西塘", "新塘二网格", "倪根生"), (21, "西塘", "新塘二网格", ""), (27, "南塘", "新塘二网格", ""),
        (33, "南塘", "新塘二网格", ""), (36, "南塘", "新塘二网格", ""), (40, "南塘", "新塘二网格", ""))),
    Point("东塘翻建工地", "工地", "新塘一网格", "新塘村东塘组"),
    Point("西塘新建工地", "工地", "新塘二网格", "新塘村西塘组"),
    Point("南塘加固工地", "工地", "新塘二网格", "新塘村南塘组"),
    *(Point(name + "投放点", "垃圾投放点", grid, place) for name, grid, place in (
        ("荷花路", "荷花一网格", "荷花路44号旁"), ("荷苑小区", "荷花二网格", "荷花路92号旁"), ("老街", "老街网格", "老街40号旁"),
        ("集贸市场", "新塘一网格", "新塘街30号旁"), ("新塘村", "新塘二网格", "新塘村委旁"), ("建设路", "建设网格", "建设路50号旁"))),
)

CG, CJB, PLAN, UCC, BIZ = "城管执法中队", "镇城建办", "镇规划建设办", "镇城运中心", "镇营商服务中心"
PERMANENT, CONTRACT, THIRD, SOCIAL = "在编", "编外", "市场第三方", "社会力量"
PEOPLE = (  # 顾晓, the founding administrator, is not in this ledger: `yima init` enters the first person
    Person("邵云", "", "分管镇领导", PERMANENT),
    *(Person(name, dept, "部门领导", PERMANENT) for name, dept in (
        ("陈立", CG), ("蒋勤", "市场监管所"), ("沈刚", "派出所"), ("卫平", CJB), ("吕伟", PLAN), ("孔亮", "镇平安办"), ("严松", "镇安全办"),
        ("金田", "镇农业农村办"), ("陶勇", "镇房管办"), ("谢清", "镇生态环境办"), ("喻江", "镇水务所"), ("苏琴", BIZ), ("赵宁", UCC))),
    Person("周明", CG, "城管执法队员", PERMANENT, WEST),
    Person("冯涛", CG, "城管执法队员", PERMANENT, EAST),
    Person("郑洁", CG, "城管执法队员", PERMANENT),
    Person("吴敏", "市场监管所", "市场监管人员", PERMANENT),
    Person("韩雪", "市场监管所", "市场监管人员", PERMANENT),
    Person("杨帆", "派出所", "民警", PERMANENT),
    Person("秦朗", "消防救援机构", "消防监督人员", PERMANENT),
    *(Person(name, dept, "部门工作人员", PERMANENT) for name, dept in (
        ("许佳", CJB), ("何凯", CJB), ("施磊", PLAN), ("张弛", PLAN), ("曹阳", "镇平安办"), ("华军", "镇安全办"), ("魏平", "镇农业农村办"),
        ("姜楠", "镇房管办"), ("邹洁", "镇生态环境办"), ("柏涛", "镇水务所"), ("云霞", "镇食安办"), ("何静", UCC))),
    Person("潘悦", BIZ, "营商服务专员", PERMANENT),
    Person("葛晨", BIZ, "营商服务专员、部门工作人员", PERMANENT),
    Person("黄敏", UCC, "系统管理员", PERMANENT),
    Person("田雨", UCC, "信息登记员", CONTRACT),
    Person("王芳", CG, "街面巡查员", CONTRACT),
    Person("李强", CG, "街面巡查员", CONTRACT),
    Person("孙倩", UCC, "网格监督员", CONTRACT, WEST),
    Person("何伟", UCC, "网格监督员", CONTRACT, EAST),
    Person("卢斌", UCC, "网格监督员", CONTRACT, WEST),
    Person("范晶", UCC, "网格监督员", CONTRACT, EAST),
    Person("钱进", CG, "第三方巡查员", THIRD),
    Person("鲁大海", CJB, "环卫作业员", THIRD),
    Person("韦小燕", CJB, "环卫作业员", THIRD),
    Person("苗壮", CJB, "停车管理员", THIRD),
    Person("花强", CJB, "道路养护单位人员", THIRD),
    Person("窦通", "镇水务所", "排水疏通单位人员", THIRD),
    Person("方诚", PLAN, "施工监管人员", THIRD),
    Person("任远", "检测鉴定机构", "检测鉴定人员", THIRD),
    Person("戚伟", "物业服务企业", "物业人员", THIRD),
    Person("袁野", "共享单车运营企业", "单车运营企业人员", THIRD),
    Person("高峰", "燃气企业", "燃气企业人员", THIRD),
    Person("柳森", "", "施工单位人员", THIRD),
    Person("鲍健", "", "招牌施工单位人员", THIRD),
    *(Person(name, "村居", "村居干部", SOCIAL, village=village) for name, village in (
        ("钟秀", "新塘村"), ("温岚", "青荷社区"), ("石岩", "老街社区"), ("岳敏", "建设社区"))),
    Person("白露", "", "村居志愿者", SOCIAL, village="青荷社区"),
    Person("龚平", "", "商户自治组成员", SOCIAL, ("新塘一网格",)),
    *(Person(name, "", "店主", SOCIAL, place=place) for name, place in (
        ("林秀珍", "阿婆生煎"), ("董晓果", "鲜果园水果"), ("丁福生", "福满楼饭店"), ("孟佳", "佳美发廊"), ("蔡小满", "蔡记豆腐"))),
    *(Person(name, "", "房主", SOCIAL, place=place) for name, place in (("倪根生", "新塘村16号"), ("翁建", "新塘村3号"))),
)

# fmt: on

DOORS = tuple(shop.name for shop in SHOPS if not shop.part_of)
WASTE = tuple(point.name for point in POINTS if point.kind == "垃圾投放点")
HOUSES = tuple(point.name for point in POINTS if point.kind in ("农房", "工地"))


def outdoors(grids: tuple[str, ...], *, roads: int = 2) -> tuple[str, ...]:
    """The points and roads of these grids; a road is walked there and back, so it has two lines (7 items each)."""
    return tuple(point.name for point in POINTS if point.grid in grids for _ in range({"点位": 1, "道路": roads}.get(point.kind, 0)))


def shops_in(grids: tuple[str, ...]) -> tuple[str, ...]:
    """The shops of these grids that have a door of their own (no stalls)."""
    return tuple(shop.name for shop in SHOPS if shop.grid in grids and not shop.part_of)


BRIDGE, STORE = "𠮷祥桥头", "远山仓库"  # the places of the missed rounds
# fmt: off
WALKS = (
    Walk("1014-wangfang", DOORS, (("佳美发廊", "22!"),)),
    Walk("1016-zhongxiu", HOUSES),
    Walk("1102-liqiang", DOORS),
    Walk("1103-zhongxiu", HOUSES),
    Walk("1105-wangfang", DOORS),
    Walk("1109-wangfang", DOORS, (("固美门窗", "21:门头满是胶印"),)),
    Walk("1110-ludahai", (*DOORS, *WASTE)),
    Walk("1111-zhongxiu", HOUSES),
    Walk("1112-liqiang", DOORS, (("同心棋牌室", "13:多装一块灯箱"), ("固美门窗", "21!"))),
    Walk("1113-sunqian", (*shops_in(WEST), *outdoors(WEST))),
    Walk("1113-hewei", (*shops_in(EAST), *outdoors(EAST))),
    Walk("1115-lubin", outdoors(WEST)),
    Walk("1115-fanjing", outdoors(EAST)),
    Walk("1115-miaozhuang", outdoors((*WEST, *EAST), roads=1)),
    Walk("1115-weixiaoyan", WASTE),
    Walk("1116-ludahai", WASTE),
    Walk("1116-wangfang", DOORS, (
        ("阿婆生煎", "3:三张桌"), ("青荷药房", "其他=门口新装的充电桩没人管"), ("金榜文具店", "22!"), ("老街照相馆", "关门"),
        ("佳美发廊", "2:店招缺一个字"), ("鲜果园水果", "22:烂菜叶没扫")), (STORE,)),
    Walk("1117-ludahai", (*DOORS, *WASTE)),
    Walk("1118-ludahai", WASTE),
    Walk("1118-sunqian", outdoors(WEST), (("荷花广场", "1:七辆车挡住盲道"),)),
    Walk("1118-hewei", outdoors(EAST)),
    Walk("1118-miaozhuang", outdoors((*WEST, *EAST), roads=1)),
    Walk("1118-zhongxiu", HOUSES, (("新塘村16号", "42:东墙一道斜裂缝"),)),
    Walk("1119-ludahai", WASTE),
    Walk("1119-liqiang", DOORS, (
        ("老街照相馆", "关门"), ("云裳服装店", "3!"), ("快捷洗车行", "20:洗车水流进雨水口")), (STORE,)),
    Walk("1120-ludahai", WASTE),
    Walk("1121-weixiaoyan", WASTE),
    Walk("1121-lubin", outdoors(WEST)),
    Walk("1121-fanjing", outdoors(EAST), skipped=(BRIDGE,)),
    Walk("1121-miaozhuang", outdoors((*WEST, *EAST), roads=1), skipped=(BRIDGE,)),
    Walk("1122-weixiaoyan", WASTE),
    Walk("1122-wangfang", DOORS, (("彩虹打印社", "14:促销横幅拴在树上"), ("固美门窗", "21:门头又贴上胶带")), (STORE,)),
)

# fmt: on

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: 31 characters, without I O S V Z


def licence(number: int) -> str:
    """A made-up unified social credit code: 92 (个体工商户), region 000000, an organisation code and a check character that hold.

    number: 1 to 99. Source: GB 32100-2015 (weights 3^i modulo 31) and GB 11714-1997 (modulo 11) for the organisation code inside.
    """
    body = f"MA00QH{number:02d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(character, 36) * weight for character, weight in zip(body, weights, strict=True))
    code = "92000000" + body + "0123456789X0"[11 - total % 11]
    return code + ALPHABET[-sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code)) % 31]


def position(grid: str, step: int) -> tuple[float, float]:
    """Made-up (longitude, latitude) in degrees, six places: far out in the East China Sea."""
    row = list(GRIDS).index(grid)
    return round(124.5 + step * 0.000317, 6), round(30.2 + row * 0.0021 + step * 0.000013, 6)


def phone(number: int) -> str | int:
    """A made-up telephone number, 139-0000-xxxx: in most cells text, in every third a number."""
    return 13900000000 + number if number % NUMERIC_PHONE == 0 else f"139-0000-{number:04d}"


# fmt: off
SHOP_HEAD = ("序号", "商户编号（必填）", "店铺名称（必填）", "路名（必填）", "门牌号（必填）", "摊位号", "业态（必填）", "店主姓名",
             "联系电话", "统一社会信用代码", "网格（必填）", "村居", "所属市场", "经度", "纬度", "备注")
# fmt: on
Row = list[str | int | float]


def shop_row(number: int, shop: Shop, code: str) -> Row:
    """One row in the order of SHOP_HEAD; its number in the ledger is made of `number`."""
    street, village = GRIDS[shop.grid]
    what: Row = [shop.name, street, shop.door, shop.unit, shop.trade, shop.owner, phone(1000 + number) if shop.owner else "", code]
    return [number, f"QH{number:04d}", *what, shop.grid, village, shop.part_of, *position(shop.grid, number), shop.remark]


def shop_rows() -> list[Row]:
    """The 60 good rows, one of them twice, and two that must be refused."""
    rows = [shop_row(number, shop, "" if shop.name in NO_LICENCE else licence(number)) for number, shop in enumerate(SHOPS, 1)]
    rows.insert(20, list(rows[4]))  # 万家便利店 a second time, word for word
    rows.insert(41, shop_row(90, Shop("", "新塘二网格", "44号", "日用", "", remark="店名没填"), ""))
    mistyped = licence(91)[:-1] + ALPHABET[(ALPHABET.index(licence(91)[-1]) + 1) % 31]
    rows.append(shop_row(91, Shop("晨曦早餐店", "建设网格", "53号", "早点", "贝晨"), mistyped))
    return [[number, *row[1:]] for number, row in enumerate(rows, 1)]


def write_book(path: Path, sheet: str, title: str, head: tuple[str, ...], rows: list[Row], tail: str = "") -> None:
    """A workbook as an office keeps it: a merged title above the header row, and a remark below the last row."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": title, "created": datetime(2026, 9, 30, 9, 0)})
    bold = book.add_format({"bold": True, "align": "center", "border": 1})
    page = book.add_worksheet(sheet)
    page.merge_range(0, 0, 0, len(head) - 1, title, book.add_format({"bold": True, "font_size": 14, "align": "center"}))
    page.set_column(0, len(head) - 1, 14)
    for column, word in enumerate(head):
        page.write_string(1, column, word, bold)
    for line, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    page.write_string(line, column, value)
            else:
                page.write_number(line, column, value)
    if tail:
        page.merge_range(len(rows) + 2, 0, len(rows) + 2, len(head) - 1, tail)
    book.close()


PERSON_HEAD = ("序号", "工号（必填）", "姓名（必填）", "部门", "岗位（必填）", "人员类别（必填）", "网格", "村居", "所属店铺", "电话")


def person_rows() -> list[Row]:
    """Every person; a role is written as its Chinese name, several are joined with 、 like the grids."""
    return [
        [
            number,
            f"QHR{number:03d}",
            person.name,
            person.dept,
            person.roles,
            person.resource,
            "、".join(person.grids),
            person.village,
            person.place,
            phone(2000 + number),
        ]
        for number, person in enumerate(PEOPLE, 1)
    ]


def point_text() -> str:
    """The point ledger as CSV text with a header row."""
    lines = ["序号,点位编号,点位名称,点位类型,路名,位置,网格,村居,责任人,经度,纬度,备注"]
    for number, point in enumerate(POINTS, 1):
        street, village = GRIDS[point.grid]
        longitude, latitude = position(point.grid, number)
        lines.append(
            f"{number},QD{number:03d},{point.name},{point.kind},{'' if point.kind in ('农房', '工地') else street},{point.place},"
            f"{point.grid},{village},{point.keeper},{longitude:.6f},{latitude:.6f},"
        )
    return "\r\n".join(lines) + "\r\n"


def walk_text(walk: Walk) -> str:
    """The lines of one visit file, as `yima scan --by NAME` reads them."""
    said = dict(walk.said)
    unknown = {*said, *walk.skipped} - set(walk.places)
    if unknown:
        raise ValueError(f"{walk.file}: not on this walk: {unknown}")
    return "".join(f"{place} {said.get(place, 'ok')}\n" for place in walk.places if place not in walk.skipped)


def check_names() -> None:
    """In a visit file a place goes by its name alone: no name may stand inside another, and nobody shares a name."""
    places = [shop.name for shop in SHOPS] + [point.name for point in POINTS]
    people = [person.name for person in PEOPLE] + ["顾晓"]
    for names in (places, people):
        clashes = [(one, two) for at, one in enumerate(names) for two in names[at + 1 :] if one in two or two in one]
        if clashes or any(character.isspace() for name in names for character in name):
            raise ValueError(f"names that could be mistaken: {clashes}")


def roster_rows() -> list[Row]:
    """Who of the grid inspectors is on duty in the week of 23 November, turn about; the office keeps one row a day."""
    pairs = (("孙倩", "何伟"), ("卢斌", "范晶"))
    return [[f"2026-11-{23 + day}", "、".join(pairs[day % 2])] for day in range(7)]


def main(folder: Path) -> None:
    """Write everything below `folder`."""
    check_names()
    visits = folder / "visits"
    visits.mkdir(parents=True, exist_ok=True)
    for old in visits.glob("*.txt"):
        old.unlink()
    write_book(
        folder / "shops.xlsx",
        "商户",
        f"青荷镇沿街商户台账（{date(2026, 9, 30):%Y-%m-%d}）",
        SHOP_HEAD,
        shop_rows(),
        "备注：本台账由城运中心汇总，每月5日前更新；坐标为GCJ-02。",
    )
    write_book(folder / "people.xlsx", "人员", "青荷镇一码通用人员名册", PERSON_HEAD, person_rows())
    write_book(folder / "roster.xlsx", "值班", "青荷镇网格员值班表", ("日期", "值班人员"), roster_rows())
    (folder / "points.csv").write_bytes(point_text().encode("gb18030"))
    for walk in WALKS:
        (visits / f"{walk.file}.txt").write_bytes(walk_text(walk).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
