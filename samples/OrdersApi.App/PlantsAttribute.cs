using System;

namespace OrdersApi.App;

/// <summary>The rules that a full scan reports while this weakness, and nothing but what it needs, is on.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class PlantsAttribute(params string[] rules) : Attribute
{
    public string[] Rules { get; } = rules;

    /// <summary>What is wrong, in words.</summary>
    public required string Flaw { get; init; }

    /// <summary>What must be on as well for this one to show.</summary>
    public Weakness[] Needs { get; init; } = [];
}
