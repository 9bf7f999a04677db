using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>The valid policies of a path, as the graph of RFC 9618: same answers as RFC 5280's tree, never exponential.</summary>
internal sealed class PolicyGraph
{
    private readonly List<Dictionary<string, Node>> _levels =
        [new(StringComparer.Ordinal) { [Oids.AnyPolicy] = new Node(Oids.AnyPolicy, []) }];

    /// <summary>Whether nothing is left (valid_policy_tree is NULL).</summary>
    public bool IsNull => _levels[^1].Count == 0;

    /// <summary>RFC 5280, section 6.1.3 (d) and (e): the policies of the next certificate.</summary>
    public void Add(ImmutableArray<CertificatePolicy> policies, bool anyCounts)
    {
        Dictionary<string, Node> above = _levels[^1];
        var level = new Dictionary<string, Node>(StringComparer.Ordinal);
        if (policies.IsEmpty || above.Count == 0)
        {
            Clear();
            return;
        }

        Dictionary<string, List<Node>> expecting = Expecting(above);
        foreach (CertificatePolicy policy in policies)
        {
            if (policy.Oid == Oids.AnyPolicy)
            {
                continue;
            }

            if (expecting.TryGetValue(policy.Oid, out List<Node>? parents))
            {
                level[policy.Oid] = new Node(policy.Oid, parents);
            }
            else if (above.TryGetValue(Oids.AnyPolicy, out Node? any))
            {
                level[policy.Oid] = new Node(policy.Oid, [any]);
            }
        }

        if (anyCounts && policies.Any(static p => p.Oid == Oids.AnyPolicy))
        {
            foreach ((string expected, List<Node> parents) in expecting)
            {
                level.TryAdd(expected, new Node(expected, parents));
            }
        }

        _levels.Add(level);
        Prune();
    }

    /// <summary>RFC 5280, section 6.1.4 (b).</summary>
    public void Map(ImmutableArray<PolicyMapping> mappings, bool allowed)
    {
        if (IsNull)
        {
            return;
        }

        Dictionary<string, Node> level = _levels[^1];
        foreach (IGrouping<string, PolicyMapping> group in mappings.GroupBy(static m => m.IssuerDomain, StringComparer.Ordinal))
        {
            if (!allowed)
            {
                level.Remove(group.Key);
                continue;
            }

            if (!level.TryGetValue(group.Key, out Node? node)
                && level.ContainsKey(Oids.AnyPolicy)
                && _levels[^2].TryGetValue(Oids.AnyPolicy, out Node? parent))
            {
                node = new Node(group.Key, [parent]);
                level[group.Key] = node;
            }

            node?.Expect([.. group.Select(static m => m.SubjectDomain).Distinct(StringComparer.Ordinal)]);
        }

        Prune();
    }

    /// <summary>Empties the graph.</summary>
    public void Clear()
    {
        _levels.Clear();
        _levels.Add(new Dictionary<string, Node>(StringComparer.Ordinal));
    }

    /// <summary>RFC 5280, section 6.1.5 (g): the user-constrained policy set.</summary>
    public ImmutableArray<string> Intersect(ImmutableArray<string> initial)
    {
        if (IsNull)
        {
            return [];
        }

        var authority = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Node node in _levels.SelectMany(static level => level.Values))
        {
            if (node.Policy != Oids.AnyPolicy && node.Parents.Any(static p => p.Policy == Oids.AnyPolicy))
            {
                authority.Add(node.Policy);
            }
        }

        if (_levels[^1].ContainsKey(Oids.AnyPolicy))
        {
            authority.Add(Oids.AnyPolicy);
        }

        if (initial.Contains(Oids.AnyPolicy, StringComparer.Ordinal))
        {
            return [.. authority];
        }

        return authority.Contains(Oids.AnyPolicy) ? initial : [.. authority.Intersect(initial, StringComparer.Ordinal)];
    }

    private static Dictionary<string, List<Node>> Expecting(Dictionary<string, Node> level)
    {
        var expecting = new Dictionary<string, List<Node>>(StringComparer.Ordinal);
        foreach (Node node in level.Values)
        {
            foreach (string policy in node.Expected)
            {
                if (!expecting.TryGetValue(policy, out List<Node>? nodes))
                {
                    expecting[policy] = nodes = [];
                }

                nodes.Add(node);
            }
        }

        return expecting;
    }

    /// <summary>Removes every node from which the deepest level cannot be reached.</summary>
    private void Prune()
    {
        for (int depth = _levels.Count - 2; depth >= 0; depth--)
        {
            HashSet<Node> alive = [.. _levels[depth + 1].Values.SelectMany(static n => n.Parents)];
            Dictionary<string, Node> level = _levels[depth];
            foreach (Node dead in level.Values.Where(n => !alive.Contains(n)).ToList())
            {
                level.Remove(dead.Policy);
            }
        }
    }

    private sealed class Node(string policy, List<Node> parents)
    {
        public string Policy { get; } = policy;

        public List<Node> Parents { get; } = parents;

        public ImmutableArray<string> Expected { get; private set; } = [policy];

        public void Expect(ImmutableArray<string> policies) => Expected = policies;
    }
}
