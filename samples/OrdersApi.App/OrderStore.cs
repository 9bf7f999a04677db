using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;

namespace OrdersApi.App;

/// <summary>Profiles and orders in memory, with a mark in each that no request contains.</summary>
internal sealed class OrderStore
{
    private const int MostOrders = 1000;

    private readonly Lock _gate = new();
    private ImmutableSortedDictionary<int, Order> _orders;

    public OrderStore()
    {
        Profiles = new[] { "alice", "bob", "carol", "root", "sam" }
            .Select(name => new Profile(name, $"{name}@orders.test", Mark("profile")))
            .ToFrozenDictionary(profile => profile.Name, StringComparer.Ordinal);
        _orders = new[]
        {
            new Order(17, "alice", "a brass lantern", Mark("order")),
            new Order(18, "alice", "forty feet of rope", Mark("order")),
            new Order(27, "bob", "a sextant", Mark("order")),
            new Order(28, "bob", "a sea chest", Mark("order")),
        }.ToImmutableSortedDictionary(order => order.Id, order => order);
        StaffReport = Mark("report");
    }

    public FrozenDictionary<string, Profile> Profiles { get; }

    public string StaffReport { get; }

    public Order? Find(int id) => Volatile.Read(ref _orders).GetValueOrDefault(id);

    public IEnumerable<Order> Of(string? owner) => Volatile.Read(ref _orders).Values.Where(order => owner is null || order.Owner == owner);

    /// <summary>Null when the store is full.</summary>
    public Order? Add(string owner, string item)
    {
        lock (_gate)
        {
            if (_orders.Count >= MostOrders)
            {
                return null;
            }

            var order = new Order(_orders.Keys.Last() + 1, owner, item, Mark("order"));
            _orders = _orders.Add(order.Id, order);
            return order;
        }
    }

    private static string Mark(string kind) => $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    internal sealed record Profile(string Name, string Email, string Note);

    internal sealed record Order(int Id, string Owner, string Item, string Note);
}
