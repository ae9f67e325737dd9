"""The words of the generated worlds: goods, trades, notes and sayings in several languages.

Plain data. A language that lacks a list falls back to English, as many real catalogues do.
"""

from __future__ import annotations

COLOURS = {
    "en": [
        "red",
        "blue",
        "green",
        "black",
        "white",
        "yellow",
        "grey",
        "silver",
        "brown",
        "orange",
        "pink",
        "navy",
    ],
    "de": [
        "rot",
        "blau",
        "grün",
        "schwarz",
        "weiß",
        "gelb",
        "grau",
        "silber",
        "braun",
        "orange",
        "rosa",
        "dunkelblau",
    ],
    "fr": [
        "rouge",
        "bleu",
        "vert",
        "noir",
        "blanc",
        "jaune",
        "gris",
        "argent",
        "marron",
        "orange",
        "rose",
        "marine",
    ],
    "es": [
        "rojo",
        "azul",
        "verde",
        "negro",
        "blanco",
        "amarillo",
        "gris",
        "plata",
        "marrón",
        "naranja",
        "rosa",
        "marino",
    ],
    "zh": [
        "红色",
        "蓝色",
        "绿色",
        "黑色",
        "白色",
        "黄色",
        "灰色",
        "银色",
        "棕色",
        "橙色",
        "粉色",
        "藏青",
    ],
    "ja": [
        "赤",
        "青",
        "緑",
        "黒",
        "白",
        "黄",
        "グレー",
        "シルバー",
        "茶",
        "オレンジ",
        "ピンク",
        "紺",
    ],
}

_GOODS = {
    ("gifts", "en"): (
        "mug,candle holder,tea towel,cake tin,photo frame,lantern,cushion cover,doorstop,coat hook,"
        "lunch bag,gift wrap,bunting,jewellery box,wall clock,egg cup,recipe box,hot water bottle,"
        "tissue box,parasol,hanging heart,charm bracelet,drawer knob,storage jar,notebook,umbrella",
        "vintage,retro spot,heart,floral,zinc,ceramic,wooden,glass,enamel,paisley,regency,rustic,"
        "polka dot,christmas,woodland,metal,wicker,paper,crystal,union jack,strawberry,skull",
    ),
    ("gifts", "de"): (
        "Tasse,Kerzenhalter,Geschirrtuch,Keksdose,Bilderrahmen,Laterne,Kissenbezug,Türstopper,"
        "Garderobenhaken,Geschenkpapier,Wimpelkette,Schmuckkästchen,Wanduhr,Eierbecher,Wärmflasche",
        "Vintage,gepunktet,Herz,Blumen,Zink,Keramik,Holz,Glas,Emaille,rustikal,Weihnachten,Metall",
    ),
    ("gifts", "fr"): (
        "tasse,bougeoir,torchon,boîte à gâteaux,cadre photo,lanterne,housse de coussin,cale-porte,"
        "patère,papier cadeau,guirlande,coffret à bijoux,horloge murale,coquetier,bouillotte",
        "vintage,à pois,cœur,fleuri,zinc,céramique,bois,verre,émail,rustique,Noël,métal",
    ),
    ("gifts", "zh"): (
        "马克杯,烛台,茶巾,饼干盒,相框,灯笼,抱枕套,挂钩,礼品袋,首饰盒,挂钟,收纳罐,笔记本,雨伞",
        "复古,波点,爱心,碎花,陶瓷,木质,玻璃,搪瓷,田园,圣诞,金属,水晶",
    ),
    ("industrial", "en"): (
        "hex bolt,cap screw,flat washer,hex nut,ball bearing,O-ring,hose clamp,pipe elbow,"
        "gate valve,roller chain,V-belt,gasket,anchor stud,threaded rod,drill bit,cutting disc,"
        "cable gland,pneumatic fitting,proximity sensor,contactor,fuse,terminal block,grease",
        "zinc plated,stainless A2,stainless A4,brass,galvanised,black oxide,nylon,hardened,"
        "sealed,high tensile,PTFE,EPDM,DIN 933,DIN 912,ISO 4017,heavy duty",
    ),
    ("industrial", "de"): (
        "Sechskantschraube,Zylinderschraube,Unterlegscheibe,Sechskantmutter,Rillenkugellager,O-Ring,"
        "Schlauchschelle,Rohrbogen,Absperrschieber,Rollenkette,Keilriemen,Flachdichtung,"
        "Gewindestange,Spiralbohrer,Trennscheibe,Kabelverschraubung,Näherungsschalter,Schütz",
        "verzinkt,Edelstahl A2,Edelstahl A4,Messing,feuerverzinkt,brüniert,Polyamid,gehärtet,"
        "hochfest,PTFE,EPDM,DIN 933,DIN 912,ISO 4017",
    ),
    ("industrial", "zh"): (
        "六角螺栓,内六角螺钉,平垫圈,六角螺母,深沟球轴承,O型圈,喉箍,弯头,闸阀,滚子链,三角带,垫片,"
        "螺杆,麻花钻头,切割片,电缆接头,接近开关,接触器,熔断器,接线端子,润滑脂",
        "镀锌,304不锈钢,316不锈钢,黄铜,热镀锌,发黑,尼龙,淬火,高强度,聚四氟乙烯,国标,加厚",
    ),
    ("industrial", "ja"): (
        "六角ボルト,六角穴付ボルト,平座金,六角ナット,深溝玉軸受,Oリング,ホースバンド,エルボ,仕切弁,"
        "ローラーチェーン,Vベルト,ガスケット,全ねじ,ドリル,切断砥石,ケーブルグランド,近接センサ",
        "ユニクロ,ステンレス,真鍮,溶融亜鉛めっき,黒染め,ナイロン,焼入れ,高強度,JIS",
    ),
    ("food", "en"): (
        "plain flour,olive oil,chopped tomatoes,basmati rice,orange juice,cheddar,butter,penne,"
        "ground coffee,green tea,dark chocolate,chicken fillet,salmon portion,free range eggs,"
        "sourdough loaf,whole milk,double cream,spring water,sea salt,honey,chips,peas,lager,cola",
        "organic,premium,catering,fresh,frozen,smoked,extra virgin,wholegrain,reduced fat,imported",
    ),
    ("food", "fr"): (
        "farine,huile d'olive,tomates concassées,riz basmati,jus d'orange,emmental,beurre,penne,"
        "café moulu,thé vert,chocolat noir,filet de poulet,pavé de saumon,œufs plein air,baguette,"
        "lait entier,crème fraîche,eau de source,sel de mer,miel,frites,petits pois",
        "bio,premium,fermier,frais,surgelé,fumé,extra vierge,complet,allégé,artisanal",
    ),
    ("food", "es"): (
        "harina,aceite de oliva,tomate triturado,arroz,zumo de naranja,queso curado,mantequilla,"
        "café molido,té verde,chocolate negro,pechuga de pollo,salmón,huevos camperos,pan,leche,"
        "nata,agua mineral,sal marina,miel,patatas fritas,guisantes",
        "ecológico,premium,fresco,congelado,ahumado,virgen extra,integral,ibérico,importado",
    ),
    ("food", "zh"): (
        "面粉,橄榄油,番茄酱,泰国香米,橙汁,生抽,老抽,花生油,咖啡粉,绿茶,鸡胸肉,三文鱼,土鸡蛋,"
        "纯牛奶,淡奶油,矿泉水,海盐,蜂蜜,薯条,青豆,挂面,米醋",
        "有机,精选,餐饮装,新鲜,冷冻,烟熏,特级初榨,进口,家庭装,散装",
    ),
    ("pharma", "en"): (
        "zidovudine,lamivudine,nevirapine,efavirenz,tenofovir,abacavir,amoxicillin,paracetamol,"
        "artemether,rapid HIV test kit,malaria RDT,examination gloves,syringe,infusion set,"
        "ceftriaxone,metformin,ibuprofen,insulin,oral rehydration salts,surgical mask,gauze",
        "tablet,film coated tablet,oral solution,capsule,injection,dispersible,generic,kit",
    ),
    ("office", "en"): (
        "copy paper,ballpoint pen,toner cartridge,lever arch file,sticky notes,stapler,envelope,"
        "desk lamp,office chair,whiteboard marker,laminating pouch,label roll,calculator,shredder,"
        "monitor arm,keyboard,wireless mouse,HDMI cable,USB drive,docking station,headset",
        "recycled,premium,compact,ergonomic,heavy duty,economy,A4,A3,mesh,high yield,professional",
    ),
    ("office", "de"): (
        "Kopierpapier,Kugelschreiber,Tonerkartusche,Ordner,Haftnotizen,Hefter,Briefumschlag,"
        "Schreibtischlampe,Bürostuhl,Whiteboardmarker,Laminierfolie,Etikettenrolle,Taschenrechner,"
        "Aktenvernichter,Tastatur,Maus,HDMI-Kabel,USB-Stick,Dockingstation,Headset",
        "Recycling,Premium,kompakt,ergonomisch,Economy,A4,A3,schnurlos,professionell",
    ),
    ("office", "ja"): (
        "コピー用紙,ボールペン,トナー,ファイル,付箋,ホッチキス,封筒,デスクライト,椅子,マーカー,"
        "ラミネートフィルム,ラベル,電卓,シュレッダー,キーボード,マウス,HDMIケーブル,USBメモリ",
        "再生,高級,小型,業務用,A4,A3,無線,静音",
    ),
    ("fashion", "en"): (
        "T-shirt,jeans,hoodie,dress,running shoe,sneaker,leather belt,beanie,rain jacket,socks,"
        "polo shirt,chino,skirt,cardigan,backpack,wallet,sunglasses,swim shorts,scarf,boots",
        "slim fit,cotton,merino,kids,women's,men's,classic,oversized,organic,waterproof,linen",
    ),
    ("fashion", "fr"): (
        "t-shirt,jean,sweat à capuche,robe,basket,ceinture cuir,bonnet,veste de pluie,chaussettes,"
        "polo,chino,jupe,gilet,sac à dos,portefeuille,lunettes de soleil,écharpe,bottes",
        "coupe slim,coton,mérinos,enfant,femme,homme,classique,ample,bio,imperméable,lin",
    ),
    ("fashion", "zh"): (
        "T恤,牛仔裤,卫衣,连衣裙,跑步鞋,运动鞋,皮带,帽子,冲锋衣,袜子,衬衫,休闲裤,半身裙,针织衫,双肩包,钱包",
        "修身,纯棉,羊毛,儿童,女款,男款,经典,宽松,防水,亚麻",
    ),
    ("chemicals", "en"): (
        "sodium hydroxide,acetone,isopropanol,citric acid,epoxy resin,titanium dioxide,glycerine,"
        "calcium carbonate,hydrogen peroxide,sulphuric acid,ethanol,silicone oil,polyol,wax",
        "technical grade,food grade,98%,pearls,anhydrous,solution 30%,reagent,low viscosity,drum",
    ),
    ("chemicals", "de"): (
        "Natriumhydroxid,Aceton,Isopropanol,Zitronensäure,Epoxidharz,Titandioxid,Glycerin,"
        "Calciumcarbonat,Wasserstoffperoxid,Schwefelsäure,Ethanol,Silikonöl,Polyol",
        "technisch,Lebensmittelqualität,98%,Perlen,wasserfrei,Lösung 30%,p.a.",
    ),
    ("chemicals", "zh"): (
        "氢氧化钠,丙酮,异丙醇,柠檬酸,环氧树脂,钛白粉,甘油,碳酸钙,双氧水,硫酸,乙醇,硅油,聚醚",
        "工业级,食品级,98%,片碱,无水,30%溶液,分析纯",
    ),
}  # fmt: skip

TRADES = {
    "en": "Trading,Supplies,Stores,Engineering,Gifts,Foods,Interiors,Hardware,Wholesale,Imports,"
    "Distribution,Catering,Electrical,Pharmacy,Fashions,Garden Centre,Logistics,Motors,Homewares",
    "de": "Handel,Technik,Maschinenbau,Großhandel,Werkzeuge,Feinkost,Bürobedarf,Elektro,Logistik,"
    "Apotheke,Baustoffe,Industriebedarf,Handelsgesellschaft,Moden,Chemie",
    "fr": "Distribution,Équipement,Matériaux,Alimentation,Services,Négoce,Industrie,Décoration,"
    "Fournitures,Pharmacie,Électricité,Import",
    "es": "Suministros,Distribuciones,Comercial,Industrias,Alimentación,Ferretería,Regalos,"
    "Importaciones,Servicios,Farmacia,Electricidad",
    "it": "Forniture,Commerciale,Industria,Alimentari,Ferramenta,Distribuzione,Servizi",
    "nl": "Handel,Techniek,Groothandel,Groep,Bouwmaterialen,Horeca,Kantoor",
    "pt": "Comércio,Distribuidora,Indústria,Alimentos,Materiais,Serviços",
    "zh": "贸易,机电设备,五金,食品,电子科技,商贸,医疗器械,建材,服装,化工,自动化,供应链,物流,工业品",
    "ja": "商事,工業,製作所,物産,電機,食品,産業,商会,建材",
}

ROAD_WORDS = {
    "Street": "St", "Road": "Rd", "Avenue": "Ave", "Lane": "Ln", "Drive": "Dr", "Square": "Sq",
    "Court": "Ct", "straße": "str.", "Straße": "Str.", "Platz": "Pl.", "avenue": "av.",
    "boulevard": "bd", "rue": "r.", "Calle": "C/", "Avenida": "Avda.", "Via": "V.", "Rua": "R.",
}  # fmt: skip

JUNK_REFERENCES = {
    "en": ("VERBAL", "per phone", "N/A", "TBC", "Stock", "as discussed", "none", "email", "Monday"),
    "de": ("telefonisch", "mündlich", "ohne", "Lager", "lt. Tel.", "k.A.", "Nachbestellung"),
    "fr": ("téléphone", "verbal", "stock", "sans", "à confirmer"),
    "es": ("teléfono", "verbal", "sin número", "stock", "pendiente"),
    "zh": ("口头", "电话", "无", "微信", "待定"),
    "ja": ("電話", "口頭", "なし", "在庫分"),
}

DEPARTMENTS = {
    "en": ("Surgery", "Intensive care", "Radiology", "Ward 3", "Ward 4", "Workshop", "Canteen",
           "Laboratory", "Goods-in B", "Night shift"),
    "de": ("Chirurgie", "Intensivstation", "Station 3", "Station 4", "Werkstatt", "Kantine",
           "Labor"),
    "fr": ("Chirurgie", "Réanimation", "Radiologie", "Atelier", "Cantine", "Laboratoire"),
    "es": ("Cirugía", "Radiología", "Planta 2", "Taller", "Cocina", "Laboratorio"),
    "zh": ("外科", "内科", "急诊科", "实验室", "食堂", "车间", "三号仓"),
    "ja": ("外科", "内科", "検査室", "食堂", "工場"),
}  # fmt: skip
"""Who receives goods at one address of a large customer."""

POINTS = {
    "en": ("3 West", "3 East Annex", "Ward 12", "Dock B12", "Gate 4", "Building C, floor 2",
           "Room 214", "Store 07", "Line 3", "Mezzanine"),
    "de": ("Halle 4", "Tor 7", "Gebäude C", "Station 12", "Filiale 7", "Lager Süd"),
    "fr": ("Bâtiment C", "Quai 7", "3e étage", "Magasin 12", "Entrepôt sud"),
    "es": ("Nave 4", "Muelle 7", "Edificio C", "Tienda 12", "Almacén sur"),
    "zh": ("3号楼", "A区2层", "7号门", "东区仓库"),
    "ja": ("3号館", "2階受付", "7番ゲート"),
}  # fmt: skip
"""Where exactly goods go at one address of a large customer."""

WORDS_AS_REFERENCE = {
    "en": ("kitchen", "workshop", "spring", "site B", "top-up", "bar", "shop floor"),
    "de": ("Küche", "Werkstatt", "Baustelle", "Nachschub", "Theke"),
    "fr": ("cuisine", "atelier", "chantier", "réassort", "salle"),
    "es": ("cocina", "taller", "obra", "reposición", "barra"),
    "zh": ("厨房", "工地", "门店", "补货"),
    "ja": ("厨房", "現場", "店舗"),
}
"""What customers of every kind write where a number should stand."""


def goods(business: str, language: str) -> tuple[list[str], list[str]]:
    """Nouns and modifiers of a business; English when the language has none.

    >>> goods("pharma", "zh")[0][0]
    'zidovudine'
    """
    nouns, modifiers = _GOODS.get((business, language)) or _GOODS[business, "en"]
    return nouns.split(","), modifiers.split(",")


def words(table: dict[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The entry of a table of sayings; English when the language has none."""
    return table.get(language) or table["en"]
