using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using OrdersApi.App.Sessions;

namespace OrdersApi.App.Data;

/// <summary>What everyone owns at the start, each thing with a mark of its own that no request contains; random for each start.</summary>
internal sealed class Seed
{
    private const int CouponsEach = 40;
    private const int Many = 1_200;
    private static readonly string[] _items = ["a brass lantern", "forty feet of rope", "a sextant", "a sea chest", "tarred twine", "a spare anchor"];

    private readonly Dictionary<string, Dictionary<string, string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _passwords = new(StringComparer.Ordinal);

    public Seed(Database data, IEnumerable<OrdersIdentity> everyone, bool many)
    {
        foreach (var (identity, number) in everyone.Select((identity, index) => (identity, index + 1)))
        {
            Plant(data, identity, number);
        }

        if (many)
        {
            data.Atomically(() => everyone.Sum(identity => PlantMany(data, identity.Name)));
        }
    }

    /// <summary>What stands in the assistant's instructions and must never come out.</summary>
    public string Prompt { get; } = Mark("prompt");

    /// <summary>What fills the path parameters of the API for one account.</summary>
    public IReadOnlyDictionary<string, string> ValuesOf(string account) => _values[account];

    /// <summary>The password of the account's login, whose name is that of the account.</summary>
    public string PasswordOf(string account) => _passwords[account];

    /// <summary>At least 16 random characters.</summary>
    public static string Mark(string kind) => $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10))}";

    /// <summary>So many that a list without a cap is long.</summary>
    private static int PlantMany(Database data, string owner)
    {
        for (var i = 0; i < Many; i++)
        {
            data.Write($"INSERT INTO orders (owner, item, quantity, status, note) VALUES ({owner}, {"a length of chain"}, {1}, {"open"}, {Mark("order")})");
        }

        return Many;
    }

    private void Plant(Database data, OrdersIdentity identity, int number)
    {
        var name = identity.Name;
        var phone = $"+44 20 7946 {RandomNumberGenerator.GetInt32(1000, 10_000)}";
        data.Write(
            $"""
            INSERT INTO accounts (name, role, email, phone, note, card, balance)
            VALUES ({name}, {identity.Role}, {name + "@orders.test"}, {phone}, {Mark("profile")}, {PaymentCards.Random()}, {1000})
            """);
        _passwords[name] = Mark("pass");
        Passwords.Store(data, name, name, _passwords[name]);

        // 17 and 18 are alice's, 27 and 28 bob's: whoever wrote a configuration by hand finds them again.
        var first = (number * 10) + 7;
        for (var id = first; id < first + 2; id++)
        {
            data.Write(
                $"""
                INSERT INTO orders (id, owner, item, quantity, status, note)
                VALUES ({id}, {name}, {_items[((number * 2) + id) % _items.Length]}, {1 + (id % 3)}, {"open"}, {Mark("order")})
                """);
            for (var line = 1; line <= 2; line++)
            {
                data.Write($"INSERT INTO lines (id, order_id, product, quantity, note) VALUES ({(id * 10) + line}, {id}, {"part " + line}, {line}, {Mark("line")})");
            }
        }

        var coupons = Enumerable.Range(0, CouponsEach).Select(_ => "SHIP-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8))).ToList();
        coupons.ForEach(code => data.Write($"INSERT INTO coupons (code, owner, value, redemptions) VALUES ({code}, {name}, {5}, {0})"));
        var file = $"terms-{name}.txt";
        data.Write($"INSERT INTO files (name, owner, content) VALUES ({file}, {name}, {"Terms agreed. Reference " + Mark("file")})");
        _values[name] = new(StringComparer.Ordinal)
        {
            ["name"] = name,
            ["account"] = "dave",
            ["orderId"] = first.ToString(CultureInfo.InvariantCulture),
            ["line"] = ((first * 10) + 1).ToString(CultureInfo.InvariantCulture),
            ["code"] = coupons[0],
            ["file"] = file,
        };
    }
}
