// The orders API with every weakness that shows beside the others, on loopback only: dotnet run --project samples/OrdersApi.Vulnerable -- --help
using OrdersApi.App;

return await new OrdersHost("OrdersApi.Vulnerable", Weakness.Naked).RunAsync(args);
