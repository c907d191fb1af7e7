rootProject.name = "chandler"
