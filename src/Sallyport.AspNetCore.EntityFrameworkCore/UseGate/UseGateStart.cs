using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Looks at the model before anybody is served: one that cannot be guarded keeps the host from starting.</summary>
internal sealed class UseGateStart<TContext>(IServiceScopeFactory scopes, UseGate<TContext> gate) : IHostedService
    where TContext : DbContext
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        gate.Model(scope.ServiceProvider.GetRequiredService<TContext>());
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
