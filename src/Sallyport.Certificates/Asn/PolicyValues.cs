using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads the policy, name constraint and distribution point extensions.</summary>
internal static class PolicyValues
{
    private const int MaxEntries = 4096;

    private delegate bool ReadOne<T>(ref DerReader reader, out T value);

    public static bool TryPolicies(ReadOnlyMemory<byte> value, out ImmutableArray<CertificatePolicy> policies) =>
        TryList(value, TryPolicy, out policies)
        && policies.Select(static p => p.Oid).Distinct(StringComparer.Ordinal).Count() == policies.Length;

    public static bool TryMappings(ReadOnlyMemory<byte> value, out ImmutableArray<PolicyMapping> mappings) =>
        TryList(value, TryMapping, out mappings);

    public static bool TryPoints(ReadOnlyMemory<byte> value, out ImmutableArray<DistributionPoint> points) =>
        TryList(value, TryPoint, out points);

    public static bool TryPolicyConstraints(ReadOnlyMemory<byte> value, out PolicyConstraints? constraints)
    {
        constraints = null;
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        int? require = inner.TryTakeCount(DerTag.Context(0), out int first) ? first : null;
        int? inhibit = inner.TryTakeCount(DerTag.Context(1), out int second) ? second : null;
        constraints = new PolicyConstraints(require, inhibit);
        return inner.AtEnd;
    }

    public static bool TryNameConstraints(ReadOnlyMemory<byte> value, out NameConstraints? constraints)
    {
        constraints = null;
        var outer = new DerReader(value);
        bool distances = false;
        if (!outer.TryTakeSequence(out DerReader inner)
            || !outer.AtEnd
            || !TrySubtrees(ref inner, 0, ref distances, out ImmutableArray<GeneralName> permitted)
            || !TrySubtrees(ref inner, 1, ref distances, out ImmutableArray<GeneralName> excluded)
            || !inner.AtEnd)
        {
            return false;
        }

        constraints = new NameConstraints(permitted, excluded, distances);
        return true;
    }

    /// <summary>DistributionPointName inside its [0].</summary>
    public static bool TryPointName(DerReader reader, out DistributionPointName? name)
    {
        name = null;
        if (reader.NextTag == DerTag.Constructed(0))
        {
            if (!reader.TryTakeInner(DerTag.Constructed(0), out DerReader full)
                || !GeneralNameReader.TryReadAll(full, out ImmutableArray<GeneralName> names))
            {
                return false;
            }

            name = new DistributionPointName.Full(names);
        }
        else
        {
            int budget = 64;
            if (!reader.TryTakeInner(DerTag.Constructed(1), out DerReader relative)
                || !NameReader.TryReadRdn(relative, ref budget, out ImmutableArray<NameAttribute> attributes, out string canonical))
            {
                return false;
            }

            name = new DistributionPointName.Relative(attributes) { Canonical = canonical };
        }

        return reader.AtEnd;
    }

    private static bool TryList<T>(ReadOnlyMemory<byte> value, ReadOne<T> one, out ImmutableArray<T> list)
    {
        list = [];
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        var found = new List<T>();
        while (!inner.AtEnd)
        {
            if (found.Count == MaxEntries || !inner.TryTakeSequence(out DerReader entry) || !one(ref entry, out T item) || !entry.AtEnd)
            {
                return false;
            }

            found.Add(item);
        }

        list = [.. found];
        return found.Count > 0;
    }

    private static bool TryPolicy(ref DerReader entry, out CertificatePolicy policy)
    {
        policy = new CertificatePolicy("", []);
        if (!entry.TryTakeOid(out string oid))
        {
            return false;
        }

        var qualifiers = new List<string>();
        if (!entry.AtEnd)
        {
            if (!entry.TryTakeSequence(out DerReader list))
            {
                return false;
            }

            while (!list.AtEnd)
            {
                if (qualifiers.Count == MaxEntries
                    || !list.TryTakeSequence(out DerReader qualifier)
                    || !qualifier.TryTakeOid(out string type)
                    || !qualifier.TryTakeAny(out _, out _, out _)
                    || !qualifier.AtEnd)
                {
                    return false;
                }

                qualifiers.Add(type);
            }
        }

        policy = new CertificatePolicy(oid, [.. qualifiers]);
        return true;
    }

    private static bool TryMapping(ref DerReader entry, out PolicyMapping mapping)
    {
        bool ok = entry.TryTakeOid(out string issuer) & entry.TryTakeOid(out string subject);
        mapping = new PolicyMapping(issuer, subject);
        return ok;
    }

    private static bool TryPoint(ref DerReader entry, out DistributionPoint point)
    {
        point = new DistributionPoint(null, null, []);
        DistributionPointName? name = null;
        RevocationReasons? reasons = null;
        ImmutableArray<GeneralName> issuers = [];
        if (entry.NextTag == DerTag.Constructed(0)
            && (!entry.TryTakeInner(DerTag.Constructed(0), out DerReader inner) || !TryPointName(inner, out name)))
        {
            return false;
        }

        if (entry.NextTag == DerTag.Context(1))
        {
            if (!entry.TryTakeWhole(DerTag.Context(1), out ReadOnlyMemory<byte> whole)
                || !ExtensionValues.TryFlags(new DerReader(whole), DerTag.Context(1), out int flags))
            {
                return false;
            }

            reasons = (RevocationReasons)flags;
        }

        if (entry.NextTag == DerTag.Constructed(2)
            && (!entry.TryTakeInner(DerTag.Constructed(2), out DerReader names) || !GeneralNameReader.TryReadAll(names, out issuers)))
        {
            return false;
        }

        point = new DistributionPoint(name, reasons, issuers);
        return true;
    }

    private static bool TrySubtrees(ref DerReader reader, int tag, ref bool distances, out ImmutableArray<GeneralName> bases)
    {
        bases = [];
        if (reader.NextTag != DerTag.Constructed(tag))
        {
            return true;
        }

        if (!reader.TryTakeInner(DerTag.Constructed(tag), out DerReader list))
        {
            return false;
        }

        var found = new List<GeneralName>();
        while (!list.AtEnd)
        {
            if (found.Count == MaxEntries
                || !list.TryTakeSequence(out DerReader subtree)
                || !GeneralNameReader.TryRead(ref subtree, out GeneralName? name))
            {
                return false;
            }

            int minimum = 0;
            if (subtree.NextTag == DerTag.Context(0) && !subtree.TryTakeCount(DerTag.Context(0), out minimum))
            {
                return false;
            }

            bool hasMaximum = subtree.TryTakeCount(DerTag.Context(1), out _);
            distances |= minimum != 0 || hasMaximum;
            if (!subtree.AtEnd)
            {
                return false;
            }

            found.Add(name);
        }

        bases = [.. found];
        return found.Count > 0;
    }
}
