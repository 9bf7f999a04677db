using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Brings schemas together: all of them hold (AND), or one of them does (OR).</summary>
/// <remarks>
/// Where the parts contradict each other, the first one is kept: a description that nothing satisfies is a mistake, and what is
/// built of it should still be as near as possible. What is merged shares the members of its parts.
/// </remarks>
internal static class SchemaMerge
{
    private const int MostAlternatives = 16;
    private const int Deepest = 32;

    /// <summary>What satisfies both; where only one value can be kept, that of the first.</summary>
    public static ApiSchema And(ApiSchema first, ApiSchema second) => And(first, second, 0);

    /// <summary>What satisfies one of them.</summary>
    /// <param name="alternatives">At least one; those after the sixteenth are left out.</param>
    public static ApiSchema Or(IReadOnlyList<ApiSchema> alternatives)
    {
        ImmutableArray<ApiSchema> all = [.. alternatives.Take(MostAlternatives)];
        return all.Length == 1 ? all[0] with { Cut = all[0].Cut || alternatives.Count > 1 } : Or(all, 0) with { Alternatives = all, Cut = alternatives.Count > all.Length || all.Any(one => one.Cut) };
    }

    private static ApiSchema And(ApiSchema a, ApiSchema b, int depth)
    {
        if (ReferenceEquals(a, b) || ReferenceEquals(b, Any))
        {
            return a;
        }

        if (ReferenceEquals(a, Any))
        {
            return b;
        }

        if (depth > Deepest)
        {
            return a with { Cut = true };
        }

        bool second = b.Minimum > a.Minimum || a.Minimum is null;
        bool secondMost = b.Maximum < a.Maximum || a.Maximum is null;
        return new()
        {
            Name = a.Name ?? b.Name,
            Types = BothTypes(a, b),
            Nullable = a.Nullable || b.Nullable,
            Format = a.Format ?? b.Format,
            Enum = Both(a.Enum, b.Enum),
            Example = a.Example ?? b.Example,
            Default = a.Default ?? b.Default,
            Minimum = second ? b.Minimum : a.Minimum,
            MinimumExcluded = second ? b.MinimumExcluded : a.MinimumExcluded,
            Maximum = secondMost ? b.Maximum : a.Maximum,
            MaximumExcluded = secondMost ? b.MaximumExcluded : a.MaximumExcluded,
            MultipleOf = a.MultipleOf ?? b.MultipleOf,
            MinLength = Most(a.MinLength, b.MinLength),
            MaxLength = Least(a.MaxLength, b.MaxLength),
            Pattern = a.Pattern ?? b.Pattern,
            MinItems = Most(a.MinItems, b.MinItems),
            MaxItems = Least(a.MaxItems, b.MaxItems),
            Items = a.Items is null ? b.Items : b.Items is null ? a.Items : And(a.Items, b.Items, depth + 1),
            Properties = Join(a.Properties, b.Properties, (x, y) => And(x, y, depth + 1)),
            Required = a.Required.IsEmpty ? b.Required : b.Required.IsEmpty ? a.Required : [.. a.Required.Union(b.Required)],
            AdditionalProperties = a.AdditionalProperties == false || b.AdditionalProperties == false ? false : a.AdditionalProperties ?? b.AdditionalProperties,
            Alternatives = BothAlternatives(a, b, depth),
            ReadOnly = a.ReadOnly || b.ReadOnly,
            WriteOnly = a.WriteOnly || b.WriteOnly,
            Cut = a.Cut || b.Cut,
        };
    }

    // Each alternative is a whole shape: it holds what the other side demands too.
    private static ImmutableArray<ApiSchema> BothAlternatives(ApiSchema a, ApiSchema b, int depth)
    {
        if (a.Alternatives.IsEmpty && b.Alternatives.IsEmpty)
        {
            return [];
        }

        IEnumerable<ApiSchema> left = a.Alternatives.IsEmpty ? [a] : a.Alternatives;
        ImmutableArray<ApiSchema> right = b.Alternatives.IsEmpty ? [b] : b.Alternatives;
        return [.. left.SelectMany(x => right.Select(y => And(x, y, depth + 1))).Take(MostAlternatives)];
    }

    private static ApiSchema Or(ImmutableArray<ApiSchema> all, int depth)
    {
        ApiSchema first = all[0];
        if (all.All(one => ReferenceEquals(one, first)))
        {
            return first;
        }

        if (depth > Deepest)
        {
            return first with { Cut = true };
        }

        bool least = all.All(one => one.Minimum is not null);
        bool most = all.All(one => one.Maximum is not null);
        ImmutableSortedDictionary<string, ApiSchema> properties = first.Properties;
        foreach (ApiSchema other in all.Skip(1))
        {
            properties = Join(properties, other.Properties, (x, y) => Or([x, y], depth + 1));
        }

        return new()
        {
            Types = all.Any(one => one.Types.IsEmpty) ? [] : [.. all.SelectMany(one => one.Types).Distinct()],
            Nullable = all.Any(one => one.Nullable),
            Format = all.All(one => one.Format == first.Format) ? first.Format : null,
            Enum = all.Any(one => one.Enum.IsEmpty) ? [] : [.. all.SelectMany(one => one.Enum).Distinct()],
            Example = all.Select(one => one.Example).FirstOrDefault(example => example is not null),
            Default = all.Select(one => one.Default).FirstOrDefault(value => value is not null),
            Minimum = least ? all.Min(one => one.Minimum) : null,
            Maximum = most ? all.Max(one => one.Maximum) : null,
            MinLength = all.Min(one => one.MinLength ?? 0) is > 0 and int shortest ? shortest : null,
            MaxLength = all.All(one => one.MaxLength is not null) ? all.Max(one => one.MaxLength) : null,
            Pattern = all.All(one => one.Pattern == first.Pattern) ? first.Pattern : null,
            MinItems = all.Min(one => one.MinItems ?? 0) is > 0 and int fewest ? fewest : null,
            MaxItems = all.All(one => one.MaxItems is not null) ? all.Max(one => one.MaxItems) : null,
            Items = Items(all, depth),
            Properties = properties,
            Required = [.. first.Required.Where(name => all.All(one => one.Required.Contains(name)))],
            AdditionalProperties = all.All(one => one.AdditionalProperties == false) ? false : all.Any(one => one.AdditionalProperties == true) ? true : null,
            ReadOnly = all.All(one => one.ReadOnly),
            WriteOnly = all.All(one => one.WriteOnly),
            Cut = all.Any(one => one.Cut),
        };
    }

    private static ApiSchema? Items(ImmutableArray<ApiSchema> all, int depth)
    {
        ImmutableArray<ApiSchema?> lists = [.. all.Where(one => one.Allows("array")).Select(one => one.Items)];
        return lists.IsEmpty || lists.Contains(null) ? null : Or([.. lists.OfType<ApiSchema>()], depth + 1);
    }

    private static ImmutableSortedDictionary<string, ApiSchema> Join(
        ImmutableSortedDictionary<string, ApiSchema> a, ImmutableSortedDictionary<string, ApiSchema> b, Func<ApiSchema, ApiSchema, ApiSchema> both)
    {
        // The larger one is kept and the smaller written into it: merging costs what the smaller holds.
        (ImmutableSortedDictionary<string, ApiSchema> large, ImmutableSortedDictionary<string, ApiSchema> small, bool swapped) =
            a.Count >= b.Count ? (a, b, false) : (b, a, true);
        if (small.IsEmpty || ReferenceEquals(large, small))
        {
            return large;
        }

        ImmutableSortedDictionary<string, ApiSchema>.Builder joined = large.ToBuilder();
        foreach ((string name, ApiSchema schema) in small)
        {
            joined[name] = !large.TryGetValue(name, out ApiSchema? known) ? schema
                : ReferenceEquals(known, schema) ? known
                : swapped ? both(schema, known)
                : both(known, schema);
        }

        return joined.ToImmutable();
    }

    private static ImmutableArray<string> BothTypes(ApiSchema a, ApiSchema b)
    {
        if (a.Types.IsEmpty || b.Types.IsEmpty)
        {
            return a.Types.IsEmpty ? b.Types : a.Types;
        }

        ImmutableArray<string> both = [.. a.Types.Where(b.Allows).Union(b.Types.Where(a.Allows))];
        return both.IsEmpty ? a.Types : both;
    }

    private static ImmutableArray<string> Both(ImmutableArray<string> a, ImmutableArray<string> b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return a.IsEmpty ? b : a;
        }

        ImmutableArray<string> both = [.. a.Intersect(b)];
        return both.IsEmpty ? a : both;
    }

    private static int? Most(int? a, int? b) => a is null || b is null ? a ?? b : Math.Max(a.Value, b.Value);

    private static int? Least(int? a, int? b) => a is null || b is null ? a ?? b : Math.Min(a.Value, b.Value);

    /// <summary>The schema that says nothing.</summary>
    public static ApiSchema Any { get; } = new();
}
