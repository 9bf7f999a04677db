using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Reads the schemas of a description: references followed, combinations merged, recursion and size cut.</summary>
/// <param name="document">The description.</param>
/// <remarks>
/// A schema that is referred to is read once for each number of references above it and shared, so that memory is bounded by the
/// description's size. What a schema unfolds to, when somebody walks it, is bounded by <see cref="Room"/>.
/// </remarks>
internal sealed class SchemaReader(SpecDocument document)
{
    private const int MostNodes = 400_000;
    private const int MostHops = 6;
    private const int MostNested = 24;
    private const int MostProperties = 1_000;
    private const int MostParts = 32;
    private static readonly ApiSchema Missing = new() { Cut = true };
    private readonly Dictionary<(SpecFile File, string Reference, int Hops), Sized> _known = [];
    private int _left = MostNodes;

    /// <summary>Whether schemas had to be cut because the description holds too many.</summary>
    public bool Exhausted => _left <= 0;

    /// <summary>The schema at a node.</summary>
    /// <param name="node">The schema, its reference not followed.</param>
    public ApiSchema Of(SpecNode node) => Read(node, hops: 0, nested: 0).Schema;

    /// <summary>The schema below a name; <c>null</c> when there is none.</summary>
    /// <param name="node">What holds it.</param>
    /// <param name="name">Its name, such as <c>schema</c>.</param>
    public ApiSchema? Of(SpecNode node, string name) => Json.Member(node.Element, name) is { } schema ? Of(new SpecNode(schema, node.File)) : null;

    // The most values that a schema unfolds to: half as many behind each reference, so that the first member cannot take all.
    private static int Room(int hops) => Math.Max(64, 4_000 >> hops);

    private Sized Read(SpecNode node, int hops, int nested)
    {
        if (node.Element.ValueKind == JsonValueKind.True)
        {
            return new(SchemaMerge.Any, 1);
        }

        if (node.Element.ValueKind != JsonValueKind.Object || nested > MostNested || --_left <= 0)
        {
            return new(Missing, 1);
        }

        var sum = new Sum(this, Room(hops));
        sum.Add(Own(node, hops, nested));
        if (Json.Text(node.Element, "$ref") is string reference)
        {
            sum.Add(Referred(node, reference, hops));
        }
        else if (Json.Member(node.Element, "$dynamicRef") is not null)
        {
            sum.Add(new(Missing, 1));
        }

        foreach (SpecNode part in Parts(node, "allOf"))
        {
            sum.Add(Read(part, hops, nested + 1));
        }

        foreach (string kind in (string[])["oneOf", "anyOf"])
        {
            if (OneOf([.. Parts(node, kind)], node, hops, nested) is { } one)
            {
                sum.Add(one);
            }
        }

        return sum.Total;
    }

    private Sized Referred(SpecNode node, string reference, int hops)
    {
        if (hops >= MostHops)
        {
            return new(Missing, 1);
        }

        if (_known.TryGetValue((node.File, reference, hops), out Sized known))
        {
            return known;
        }

        Sized read = document.Hop(node.File, reference) is { } target ? Read(target, hops + 1, nested: 0) : new(Missing, 1);
        read = read with { Schema = read.Schema with { Name = SpecText.Short(reference[(reference.LastIndexOf('/') + 1)..]) } };
        _known[(node.File, reference, hops)] = read;
        return read;
    }

    private Sized? OneOf(ImmutableArray<SpecNode> parts, SpecNode owner, int hops, int nested)
    {
        if (parts.IsEmpty)
        {
            return null;
        }

        bool nullable = false;
        var alternatives = new List<ApiSchema>();
        int weight = 1;
        foreach (SpecNode part in parts)
        {
            if (Json.Text(part.Element, "type") == "null")
            {
                nullable = true;
                continue;
            }

            Sized one = Read(part, hops, nested + 1);
            bool fits = weight + one.Weight <= Room(hops);
            weight += fits ? one.Weight : 1;
            alternatives.Add(fits ? SchemaDiscriminator.Named(document, owner, part, one.Schema) : Missing);
        }

        _left -= weight / 8;
        ApiSchema whole = alternatives.Count == 0 ? SchemaMerge.Any : SchemaMerge.Or(alternatives);
        return new(nullable ? whole with { Nullable = true } : whole, 2 * weight);
    }

    private Sized Own(SpecNode node, int hops, int nested)
    {
        (ApiSchema schema, int weight) = (SchemaKeywords.Of(node.Element), 1);
        ImmutableSortedDictionary<string, ApiSchema>.Builder properties = ApiSchema.None.ToBuilder();
        bool cut = schema.Cut;
        if (Json.Member(node.Element, "properties") is { ValueKind: JsonValueKind.Object } map)
        {
            foreach (JsonProperty property in map.EnumerateObject())
            {
                if (properties.Count >= MostProperties || property.Name.Length > 200)
                {
                    cut = true;
                    continue;
                }

                Sized value = Read(new(property.Value, node.File), hops, nested + 1);
                bool fits = weight + value.Weight <= Room(hops);
                weight += fits ? value.Weight : 1;
                properties[property.Name] = fits ? value.Schema : Missing with { Name = value.Schema.Name, ReadOnly = value.Schema.ReadOnly };
            }
        }

        ApiSchema? items = null;
        if (Json.Member(node.Element, "items") is { ValueKind: JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False } list)
        {
            Sized value = Read(new(list, node.File), hops, nested + 1);
            bool fits = weight + value.Weight <= Room(hops);
            weight += fits ? value.Weight : 1;
            items = fits ? value.Schema : Missing;
        }

        ImmutableArray<string> types = !schema.Types.IsEmpty ? schema.Types : properties.Count > 0 ? ["object"] : items is not null ? ["array"] : [];
        ApiSchema whole = properties.Count == 0 && items is null && !cut && types.IsEmpty
            ? schema
            : schema with { Types = types, Properties = properties.ToImmutable(), Items = items, Cut = cut };
        return new(whole == SchemaMerge.Any ? SchemaMerge.Any : whole, weight);
    }

    private static IEnumerable<SpecNode> Parts(SpecNode node, string name) =>
        Json.Member(node.Element, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Take(MostParts).Select(part => new SpecNode(part, node.File)) : [];

    /// <summary>A schema and how many values it unfolds to.</summary>
    private readonly record struct Sized(ApiSchema Schema, int Weight);

    /// <summary>Schemas that hold together, as far as there is room.</summary>
    private sealed class Sum(SchemaReader reader, int room)
    {
        private ApiSchema _schema = SchemaMerge.Any;
        private int _weight = 1;

        public Sized Total => new(_schema, _weight);

        public void Add(Sized part)
        {
            // Merging two lists of alternatives multiplies them.
            long weight = _schema.Alternatives.IsEmpty || part.Schema.Alternatives.IsEmpty
                ? (long)_weight + part.Weight
                : (long)_weight + part.Weight + ((long)_schema.Alternatives.Length * part.Weight) + ((long)part.Schema.Alternatives.Length * _weight);
            if (weight > 4L * room)
            {
                _schema = _schema with { Cut = true };
                return;
            }

            // What is merged is made anew: it costs as if it had been read.
            reader._left -= Math.Min(_weight, part.Weight) + (int)(weight - _weight - part.Weight);
            (_schema, _weight) = (SchemaMerge.And(_schema, part.Schema), (int)weight);
        }
    }
}
