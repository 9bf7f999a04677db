using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.EntityFrameworkCore.UseGate;
using Sallyport.AspNetCore.Tests.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>One request's scope: who calls, and what it works with.</summary>
internal sealed class ShopRequest : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;

    public ShopRequest(AsyncServiceScope scope, GateLab.TestCaller? caller)
    {
        _scope = scope;
        if (caller is null)
        {
            scope.ServiceProvider.GetRequiredService<CurrentRequest>().Context = new DefaultHttpContext();
        }
        else
        {
            caller.Calls(scope.ServiceProvider);
        }
    }

    /// <summary>The request.</summary>
    public HttpContext Context => _scope.ServiceProvider.GetRequiredService<CurrentRequest>().Context.ShouldNotBeNull();

    public ShopContext Shop => _scope.ServiceProvider.GetRequiredService<ShopContext>();

    public IResourceGuard Guard => _scope.ServiceProvider.GetRequiredService<IResourceGuard>();

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task AuthorizeAsync(Order order, string operation) =>
        _scope.ServiceProvider.GetRequiredService<IEntityAuthorizer<ShopContext>>().AuthorizeAsync(order, operation, Cancelled);

    /// <summary>Changes an order as an endpoint does, with something in between.</summary>
    public Task<int> UpdateAsync(int id, Action<Order> change, Func<Task>? between = null, string operation = Operations.Update) =>
        Guard.ExecuteAsync<Order, int>(
            $"{id}",
            operation,
            async (use, cancelled) =>
            {
                change(use.Resource);
                await (between?.Invoke() ?? Task.CompletedTask);
                return use.Resource.Id;
            },
            Cancelled);

    public async Task<Order> AuthorizedAsync(int id, string operation)
    {
        var order = (await Shop.Orders.FindAsync([id], Cancelled)).ShouldNotBeNull();
        await AuthorizeAsync(order, operation);
        return order;
    }

    public ValueTask DisposeAsync() => _scope.DisposeAsync();
}
