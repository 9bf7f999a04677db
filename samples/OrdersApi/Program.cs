// The orders API behind the Sallyport guard: dotnet run --project samples/OrdersApi -- --help
using OrdersApi.App;

return await new OrdersHost("OrdersApi", []).RunAsync(args);
