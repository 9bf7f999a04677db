using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Tests.Chain;

public sealed class PolicyGraphTests
{
    private const string Any = "2.5.29.32.0";

    [Fact]
    public void Starts_with_any_policy() => new PolicyGraph().Intersect([Any]).ShouldBe([Any]);

    [Fact]
    public void Keeps_what_every_certificate_names()
    {
        var graph = new PolicyGraph();
        graph.Add(Policies("1.1", "1.2"), anyCounts: true);
        graph.Add(Policies("1.2", "1.3"), anyCounts: true);
        graph.Intersect([Any]).ShouldBe(["1.2"]);
        graph.Intersect(["1.3"]).ShouldBeEmpty();
    }

    [Fact]
    public void Is_empty_after_a_certificate_without_policies()
    {
        var graph = new PolicyGraph();
        graph.Add([], anyCounts: true);
        graph.IsNull.ShouldBeTrue();
        graph.Add(Policies("1.1"), anyCounts: true);
        graph.Map([new PolicyMapping("1.1", "1.2")], allowed: true);
        graph.IsNull.ShouldBeTrue();
    }

    [Fact]
    public void Follows_a_mapping_to_the_issuers_policy()
    {
        var graph = new PolicyGraph();
        graph.Add(Policies("1.1"), anyCounts: true);
        graph.Map([new PolicyMapping("1.1", "2.1")], allowed: true);
        graph.Add(Policies("2.1"), anyCounts: true);
        graph.Intersect(["1.1"]).ShouldBe(["1.1"]);
        graph.Intersect(["2.1"]).ShouldBeEmpty();
    }

    [Fact]
    public void A_forbidden_mapping_takes_the_policy_away()
    {
        var graph = new PolicyGraph();
        graph.Add(Policies("1.1"), anyCounts: true);
        graph.Map([new PolicyMapping("1.1", "2.1")], allowed: false);
        graph.IsNull.ShouldBeTrue();
    }

    [Fact]
    public void Stays_small_where_the_tree_would_explode()
    {
        // Every policy maps to every policy at every level: 30 to the power of 12 paths in RFC 5280's tree.
        string[] policies = [.. Enumerable.Range(1, 30).Select(static i => $"1.{i}")];
        ImmutableArray<PolicyMapping> mappings = [.. policies.SelectMany(a => policies.Select(b => new PolicyMapping(a, b)))];
        var graph = new PolicyGraph();
        for (int depth = 0; depth < 12; depth++)
        {
            graph.Add(Policies(policies), anyCounts: true);
            graph.Map(mappings, allowed: true);
        }

        graph.Intersect([Any]).Length.ShouldBe(30);
    }

    private static ImmutableArray<CertificatePolicy> Policies(params ReadOnlySpan<string> oids)
    {
        ImmutableArray<CertificatePolicy>.Builder policies = ImmutableArray.CreateBuilder<CertificatePolicy>();
        foreach (string oid in oids)
        {
            policies.Add(new CertificatePolicy(oid, []));
        }

        return policies.ToImmutable();
    }
}
