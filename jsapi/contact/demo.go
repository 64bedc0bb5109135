package contact

import "strconv"

// Demo returns the built-in team: 62 people, eight groups and six rooms. Its ids never change, no name is part of another,
// and all of it is made up. The first group holds Me and at least five others; Me is not in the last one.
func Demo() *Team {
	team := &Team{
		EID: demoEID, Name: "青禾示例公司", AppID: demoAppID, AppSecret: demoAppSecret, ResGroupSecret: demoResGroupSecret,
		Zone: demoZone,
	}
	ids := map[string]string{} // openIds and department ids by name
	for _, d := range demoDepartments {
		ids[d.name] = hexID("demo department", d.name)
		team.Departments = append(team.Departments, Department{ID: ids[d.name], ParentID: ids[d.parent], Name: d.name})
	}
	in := map[string][]string{} // openIds by department
	for i, p := range demoPeople {
		id := hexID("demo openId", p.name)
		ids[p.name] = id
		in[p.department] = append(in[p.department], id)
		team.People = append(team.People, Person{
			OpenID: id, Name: p.name, Department: ids[p.department], JobTitle: p.jobTitle, Gender: p.gender,
			Email: p.account + "@qinghe.example", JobNo: "QH" + strconv.Itoa(1001+i),
		})
	}
	team.Me, team.Admins = ids["方知遥"], []string{ids["诸葛鹿鸣"], ids["向若谷"]}
	for _, g := range demoGroups {
		group := Group{ID: hexID("demo groupId", g.name), Name: g.name}
		for _, department := range g.departments {
			group.Members = append(group.Members, in[department]...)
		}
		for _, name := range g.people {
			group.Members = append(group.Members, ids[name])
		}
		if g.departments == nil && g.people == nil {
			for _, p := range team.People {
				group.Members = append(group.Members, p.OpenID)
			}
		}
		team.Groups = append(team.Groups, group)
	}
	for _, r := range demoRooms {
		r.ID = hexID("demo roomId", r.Name)
		team.Rooms = append(team.Rooms, r)
	}
	return team
}

var demoDepartments = []struct{ name, parent string }{
	{"总经办", ""},
	{"研发中心", ""}, {"前端组", "研发中心"}, {"后端组", "研发中心"}, {"客户端组", "研发中心"}, {"测试组", "研发中心"}, {"平台组", "研发中心"},
	{"产品设计部", ""}, {"产品组", "产品设计部"}, {"设计组", "产品设计部"},
	{"市场部", ""},
	{"销售部", ""}, {"华东区", "销售部"}, {"华南区", "销售部"}, {"华北区", "销售部"},
	{"客户成功部", ""}, {"人力资源部", ""}, {"财务部", ""}, {"行政部", ""},
}

// demoPeople are invented. Among them are two-character names, compound surnames, and surnames that are read in their own
// way (单 shàn, 仇 qiú, 解 xiè, 查 zhā, 翟 zhái, 覃 qín, 曾 zēng, 朴 piáo, 区 ōu, 乐 yuè, 缪 miào, 盖 gě, 尉迟 yùchí, 万俟 mòqí).
var demoPeople = []struct {
	name, account, department, jobTitle string
	gender                              int
}{
	{"沈砚舟", "shen.yanzhou", "总经办", "总经理", 1},
	{"欧阳疏桐", "ouyang.shutong", "总经办", "副总经理", 2},
	{"查远樵", "zha.yuanqiao", "总经办", "战略总监", 1},
	{"单岚", "shan.lan", "总经办", "总经理助理", 2},
	{"仇恺", "qiu.kai", "研发中心", "研发总监", 1},
	{"方知遥", "fang.zhiyao", "前端组", "前端工程师", 2},
	{"翟苒", "zhai.ran", "前端组", "前端组长", 2},
	{"曾煦南", "zeng.xunan", "前端组", "高级前端工程师", 1},
	{"卢小满", "lu.xiaoman", "前端组", "前端工程师", 2},
	{"彭屿森", "peng.yusen", "前端组", "前端工程师", 1},
	{"司马闻溪", "sima.wenxi", "前端组", "前端工程师", 1},
	{"丁一粟", "ding.yisu", "前端组", "实习生", 2},
	{"解霖川", "xie.linchuan", "后端组", "后端组长", 1},
	{"覃朗月", "qin.langyue", "后端组", "高级后端工程师", 2},
	{"郝北辰", "hao.beichen", "后端组", "后端工程师", 1},
	{"严牧野", "yan.muye", "后端组", "后端工程师", 1},
	{"孟青芜", "meng.qingwu", "后端组", "后端工程师", 2},
	{"任渡", "ren.du", "后端组", "后端工程师", 1},
	{"葛云起", "ge.yunqi", "客户端组", "客户端组长", 1},
	{"朴秀荷", "piao.xiuhe", "客户端组", "iOS 工程师", 2},
	{"白予墨", "bai.yumo", "客户端组", "Android 工程师", 2},
	{"尉迟澄", "yuchi.cheng", "客户端组", "桌面端工程师", 1},
	{"乐安歌", "yue.ange", "测试组", "测试组长", 2},
	{"宁守拙", "ning.shouzhuo", "测试组", "测试工程师", 1},
	{"石小鹿", "shi.xiaolu", "测试组", "测试工程师", 2},
	{"华允之", "hua.yunzhi", "测试组", "自动化测试工程师", 1},
	{"皇甫立夏", "huangfu.lixia", "平台组", "架构师", 2},
	{"江听澜", "jiang.tinglan", "平台组", "运维工程师", 1},
	{"薛问渠", "xue.wenqu", "平台组", "数据工程师", 1},
	{"苏禾晚", "su.hewan", "产品组", "产品总监", 2},
	{"区慕白", "ou.mubai", "产品组", "产品经理", 1},
	{"谭越溪", "tan.yuexi", "产品组", "产品经理", 2},
	{"陶见微", "tao.jianwei", "产品组", "产品助理", 2},
	{"上官云舒", "shangguan.yunshu", "设计组", "设计主管", 2},
	{"温小橘", "wen.xiaoju", "设计组", "视觉设计师", 2},
	{"夏亦柠", "xia.yining", "设计组", "交互设计师", 2},
	{"骆明烛", "luo.mingzhu", "市场部", "市场总监", 2},
	{"燕归朔", "yan.guishuo", "市场部", "品牌经理", 1},
	{"崔晚照", "cui.wanzhao", "市场部", "内容运营", 2},
	{"缪思齐", "miao.siqi", "市场部", "活动策划", 1},
	{"黎向暖", "li.xiangnuan", "市场部", "新媒体运营", 2},
	{"雷骁腾", "lei.xiaoteng", "销售部", "销售总监", 1},
	{"万俟舟", "moqi.zhou", "华东区", "大区经理", 1},
	{"潘若渝", "pan.ruoyu", "华东区", "客户经理", 2},
	{"蒋栖迟", "jiang.qichi", "华东区", "客户经理", 1},
	{"冼怀瑾", "xian.huaijin", "华南区", "大区经理", 1},
	{"麦穗宁", "mai.suining", "华南区", "客户经理", 2},
	{"关北望", "guan.beiwang", "华北区", "大区经理", 1},
	{"祁朵", "qi.duo", "华北区", "客户经理", 2},
	{"尹棠", "yin.tang", "客户成功部", "客户成功总监", 2},
	{"贺春和", "he.chunhe", "客户成功部", "实施顾问", 1},
	{"秦予安", "qin.yuan", "客户成功部", "客户成功经理", 2},
	{"盖思宁", "ge.sining", "人力资源部", "人力资源总监", 2},
	{"顾一弦", "gu.yixian", "人力资源部", "招聘经理", 2},
	{"康宜年", "kang.yinian", "人力资源部", "薪酬专员", 1},
	{"赖承实", "lai.chengshi", "财务部", "财务总监", 1},
	{"金玉铭", "jin.yuming", "财务部", "会计", 2},
	{"邵知白", "shao.zhibai", "财务部", "出纳", 2},
	{"向若谷", "xiang.ruogu", "行政部", "行政经理", 1},
	{"姚锦书", "yao.jinshu", "行政部", "行政专员", 2},
	{"阮清圆", "ruan.qingyuan", "行政部", "前台", 2},
	{"诸葛鹿鸣", "zhuge.luming", "行政部", "网络管理员", 1},
}

// demoGroups without departments and people hold everybody. The first and the last place have a meaning; see Demo.
var demoGroups = []struct {
	name                string
	departments, people []string
}{
	{"前端组", []string{"前端组"}, []string{"仇恺"}},
	{"青禾全员群", nil, nil},
	{"研发中心", []string{"研发中心", "前端组", "后端组", "客户端组", "测试组", "平台组"}, nil},
	{"季度产品评审 🚀", []string{"产品组", "设计组"}, []string{"仇恺", "翟苒", "方知遥", "解霖川"}},
	{"2026 秋季客户大会暨新品发布筹备工作群（含市场、销售、客户成功、行政接口人）", []string{"市场部"},
		[]string{"雷骁腾", "尹棠", "向若谷", "温小橘", "方知遥"}},
	{"午饭 & 羽毛球 🏸", nil, []string{"方知遥", "石小鹿", "彭屿森", "祁朵"}},
	{"上线值班", nil, []string{"江听澜", "方知遥"}},
	{"管理层例会", []string{"总经办"}, []string{"仇恺", "苏禾晚", "骆明烛", "雷骁腾", "尹棠", "盖思宁", "赖承实", "向若谷"}},
}

var demoRooms = []Room{
	{Name: "北斗厅", Detail: "A 座 23 层东侧", Limit: 30, Approve: true, Note: "投影、视频会议终端; 需行政审批"},
	{Name: "天枢", Detail: "A 座 23 层", Limit: 12, Note: "视频会议终端"},
	{Name: "天璇", Detail: "A 座 23 层", Limit: 8, Note: "白板"},
	{Name: "摇光", Detail: "A 座 22 层", Limit: 6},
	{Name: "电话间 1", Detail: "A 座 22 层", Limit: 2},
	{Name: "报告厅", Detail: "B 座 1 层", Limit: 120, Approve: true, Note: "装修中", Closed: true},
}
