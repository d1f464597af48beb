/** A house in which everybody has one tool, whose server is played. */
import { type House, openHouse } from "../../browser/support/house.ts";
import { FORECAST, forecast, ToolUsers } from "./tool_users.ts";

export async function openForecastHouse(): Promise<House> {
  const house = await openHouse({ outbound: forecast });
  await new ToolUsers(house.ostiary).tool(FORECAST);
  // Who is there from the start got no tool by default.
  const database = await house.ostiary.database("DB");
  await database
    .prepare("INSERT INTO user_tools SELECT users.id, tools.id, 1 FROM users, tools")
    .run();
  return house;
}
