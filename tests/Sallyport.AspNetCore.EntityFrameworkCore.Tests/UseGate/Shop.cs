using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>An order, guarded, with lines that it owns.</summary>
internal class Order
{
    public int Id { get; set; }

    public required string Owner { get; set; }

    public string Status { get; set; } = "open";

    public long Version { get; set; }

    public List<OrderLine> Lines { get; set; } = [];

    public List<Tag> Tags { get; set; } = [];
}

/// <summary>A kind of order: guarded because orders are.</summary>
internal sealed class RushOrder : Order
{
    public int Hours { get; set; }
}

internal sealed class OrderLine
{
    public int Id { get; set; }

    public required string Article { get; set; }
}

/// <summary>Not guarded, and joined with orders by rows of their own.</summary>
internal sealed class Tag
{
    public int Id { get; set; }

    public required string Text { get; set; }

    public List<Order> Orders { get; set; } = [];
}

/// <summary>Not guarded.</summary>
internal sealed class Remark
{
    public int Id { get; set; }

    public required string Text { get; set; }
}

/// <summary>A table of accounts as an application's identity store may have it.</summary>
internal sealed class Account
{
    public required string Name { get; set; }

    public long Version { get; set; } = 1;
}

internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<RushOrder> RushOrders => Set<RushOrder>();

    public DbSet<Remark> Remarks => Set<Remark>();

    public DbSet<Account> Accounts => Set<Account>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>(order =>
        {
            order.Property(one => one.Version).IsConcurrencyToken();
            order.OwnsMany(one => one.Lines, lines => lines.HasKey(line => line.Id));
        });
        modelBuilder.Entity<Account>().HasKey(account => account.Name);
    }
}

/// <summary>Owners may do everything with their orders; who has the role clerk may do everything with all; "give" moves an order away.</summary>
internal sealed class OrderPolicy : IResourcePolicy<Order>
{
    public Action? Asked { get; set; }

    public bool Allows(CertificateIdentity identity, Order resource, string operation)
    {
        Asked?.Invoke();
        return resource.Owner == identity.Name || identity.Roles.Contains("clerk");
    }

    public bool AllowsChange(CertificateIdentity identity, Order before, Order after, string operation) => operation == "give"
        ? Allows(identity, before, operation)
        : Allows(identity, before, operation) && Allows(identity, after, operation);
}
