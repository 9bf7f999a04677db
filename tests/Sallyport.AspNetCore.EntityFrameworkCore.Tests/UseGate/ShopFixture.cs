using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.EntityFrameworkCore.UseGate;
using Sallyport.AspNetCore.Tests.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>A shop behind the use gate. Order 1 is alice's, order 2 is bob's.</summary>
internal sealed class ShopFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-shop-");
    private readonly ServiceProvider _services;
    private readonly Action<DbContextOptionsBuilder> _database;

    /// <param name="withAccounts">Whether the accounts are in the same database.</param>
    /// <param name="isPooled">Whether contexts are used again.</param>
    /// <param name="database">Another database than an SQLite file.</param>
    /// <param name="accounts">Another table of accounts than the shop's own.</param>
    /// <param name="configure">What else the context is told.</param>
    /// <param name="later">Interceptors that come after the gate's.</param>
    public ShopFixture(
        bool withAccounts = false,
        bool isPooled = false,
        Action<DbContextOptionsBuilder>? database = null,
        IIdentityRowLock? accounts = null,
        Action<DbContextOptionsBuilder>? configure = null,
        params IInterceptor[] later)
    {
        File = Path.Combine(_folder.FullName, "shop.db");
        _database = database ?? (options => options.UseSqlite($"Data Source={File};Pooling=False"));
        var services = new ServiceCollection();
        Lab.AddTo(services);
        services.AddSingleton<IResourcePolicy<Order>>(Policy);
        services.AddSallyportUseGate<ShopContext>(gate =>
        {
            gate.Guard<Order>();
            gate.IdentityLock = withAccounts ? accounts ?? new SqlIdentityRowLock("Accounts", "Name", "Version") : null;
        });
        if (isPooled)
        {
            services.AddDbContextPool<ShopContext>(Configure);
        }
        else
        {
            services.AddDbContext<ShopContext>(Configure);
        }

        if (later.Length > 0)
        {
            services.ConfigureDbContext<ShopContext>(options => options.AddInterceptors(later));
        }

        _services = services.BuildServiceProvider(validateScopes: true);
        Behind(shop =>
        {
            shop.Database.EnsureCreated();
            shop.Orders.Add(new Order { Id = 1, Owner = "alice", Lines = [new OrderLine { Article = "tea" }] });
            shop.Orders.Add(new Order { Id = 2, Owner = "bob" });
            shop.Accounts.Add(new Account { Name = "alice" });
        });

        void Configure(DbContextOptionsBuilder options)
        {
            _database(options);
            configure?.Invoke(options);
        }
    }

    /// <summary>The SQLite file.</summary>
    public string File { get; }

    public GateLab Lab { get; } = new();

    public OrderPolicy Policy { get; } = new();

    /// <summary>A request of a caller: alice's when nobody is named.</summary>
    public ShopRequest Request(GateLab.TestCaller? caller = null) => new(_services.CreateAsyncScope(), caller ?? Lab.Caller("alice"));

    public ShopRequest Nobody() => new(_services.CreateAsyncScope(), null);

    /// <summary>The status that the guard's pipeline gives to what an endpoint does.</summary>
    public async Task<int> StatusAsync(ShopRequest request, Func<Task> work, string? ifMatch = null)
    {
        var context = request.Context;
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new RequireClientCertificateAttribute()), "test"));
        if (ifMatch is not null)
        {
            context.Request.Headers.IfMatch = ifMatch;
        }

        await _services.GetRequiredService<AuthorizationGate>().InvokeAsync(context, _ => work());
        return context.Response.StatusCode;
    }

    /// <summary>Another program changes the database, past every gate.</summary>
    public void Behind(Action<ShopContext> change)
    {
        using var shop = Past();
        change(shop);
        shop.SaveChanges();
    }

    /// <summary>What is stored.</summary>
    public Order? Stored(int id)
    {
        using var shop = Past();
        return shop.Orders.Find(id);
    }

    /// <summary>A context that the gate does not watch.</summary>
    public ShopContext Past()
    {
        var options = new DbContextOptionsBuilder<ShopContext>();
        _database(options);
        return new ShopContext(options.Options);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Lab.Dispose();
        _folder.Delete(recursive: true);
    }
}
