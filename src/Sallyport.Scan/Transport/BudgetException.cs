using System;

namespace Sallyport.Scan.Transport;

/// <summary>The scan's budget is spent: requests, connections or time. The engine turns it into "not tested (budget)"; checks let it pass.</summary>
/// <param name="what">What is spent, such as <c>400 connections</c>.</param>
internal sealed class BudgetException(string what) : Exception($"the budget is spent: {what}")
{
    /// <summary>What is spent.</summary>
    public string What { get; } = what;
}
