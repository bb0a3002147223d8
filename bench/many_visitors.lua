-- Each request comes from another address, so that a limit for each visitor is not reached (TRUSTED_PROXIES=1).
local asked = 0

function request()
   asked = asked + 1
   wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", asked / 65536 % 256, asked / 256 % 256, asked % 256)
   return wrk.format()
end
