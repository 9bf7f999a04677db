using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.EntityFrameworkCore.UseGate;
using Sallyport.AspNetCore.Tests.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>A shop on SQLite behind the use gate. Order 1 is alice's, order 2 is bob's.</summary>
internal sealed class ShopFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-shop-");
    private readonly ServiceProvider _services;
    private readonly string _connection;

    public ShopFixture(bool withAccounts = false, bool isPooled = false, Action<DbContextOptionsBuilder>? configure = null, params IInterceptor[] later)
    {
        _connection = $"Data Source={Path.Combine(_folder.FullName, "shop.db")};Pooling=False";
        var services = new ServiceCollection();
        Lab.AddTo(services);
        services.AddSingleton<IResourcePolicy<Order>>(Policy);
        services.AddSallyportUseGate<ShopContext>(gate =>
        {
            gate.Guard<Order>();
            gate.IdentityLock = withAccounts ? new SqlIdentityRowLock("Accounts", "Name", "Version") : null;
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
            options.UseSqlite(_connection);
            configure?.Invoke(options);
        }
    }

    public GateLab Lab { get; } = new();

    public OrderPolicy Policy { get; } = new();

    /// <summary>A request of a caller: alice's when nobody is named.</summary>
    public ShopRequest Request(GateLab.TestCaller? caller = null) => new(_services.CreateAsyncScope(), caller ?? Lab.Caller("alice"));

    public ShopRequest Nobody() => new(_services.CreateAsyncScope(), null);

    /// <summary>Another program changes the database, past every gate.</summary>
    public void Behind(Action<ShopContext> change)
    {
        using var shop = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseSqlite(_connection).Options);
        change(shop);
        shop.SaveChanges();
    }

    /// <summary>What is stored.</summary>
    public Order? Stored(int id)
    {
        using var shop = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseSqlite(_connection).Options);
        return shop.Orders.Find(id);
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Lab.Dispose();
        _folder.Delete(recursive: true);
    }
}
