# Two things at once: await works at the top level.
import asyncio

async def kettle():
    print("kettle on")
    await asyncio.sleep(1.5)
    print("water boils")

async def toast():
    print("toast in")
    await asyncio.sleep(0.7)
    print("toast is ready")

await asyncio.gather(kettle(), toast())
print("breakfast!")
