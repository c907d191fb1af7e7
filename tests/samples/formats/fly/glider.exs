IO.puts(System.get_env("THERMAL"))
