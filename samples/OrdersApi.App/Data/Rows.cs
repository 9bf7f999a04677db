namespace OrdersApi.App.Data;

/// <summary>What an account shows of itself.</summary>
internal sealed record Profile(string Name, string Email, string Phone, long Balance, string Note);

/// <summary>One order. The version is its entity tag.</summary>
internal sealed record Order(long Id, string Owner, string Item, long Quantity, string Status, string Note);

/// <summary>One line of an order.</summary>
internal sealed record OrderLine(long Id, long OrderId, string Product, long Quantity, string Note);

/// <summary>A voucher that can be cashed once.</summary>
internal sealed record Coupon(string Code, long Value, long Redemptions);

/// <summary>A thing and the version that it was read at.</summary>
internal sealed record Versioned<T>(T Value, long Version);
