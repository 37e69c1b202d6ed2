"""The annual report (政府信息公开工作年度报告): from its opening to its publication and every correction."""
