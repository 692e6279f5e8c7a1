@echo off
if exist a (echo b & exit /b 1) else (cd ..)
for %%i in (1 2) do echo %%i ^
  && type x || goto :end
:end
set A="b" & call c.bat | more
