using System;
using System.Collections.Generic;
using System.Linq;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Sallyport.Eng.Tests.LongestFirst))]

namespace Sallyport.Eng.Tests;

/// <summary>Starts the collections first whose tests are whole scans: one of them that starts last is waited for by idle cores.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] _long = [".Proofs.", ".Samples.", ".Shop.", ".Models.", "SampleAuthorizationTests", "NodeTokenTests", "NodeBindingTests", "OrdersTokenTests", ".Table.", "MitmTests", "TwoNamesTests", ".Remedies.", "DemoCommandTests", "Kill"];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(static collection => _long.Any(part => collection.TestCollectionDisplayName.Contains(part, StringComparison.Ordinal)))];
}
