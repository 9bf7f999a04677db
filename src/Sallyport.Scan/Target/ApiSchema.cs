using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>What a description says of one JSON value: one shape for OpenAPI 2.0 to 3.2, references followed, <c>allOf</c> merged.</summary>
/// <remarks>Never judge by what is absent when <see cref="Cut"/> is set: the description says more than is held here.</remarks>
public sealed record ApiSchema
{
    /// <summary>The name of the schema in the description, such as <c>Order</c>; <c>null</c> when it stands where it is used.</summary>
    public string? Name { get; init; }

    /// <summary><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>object</c>, <c>array</c>; empty: any.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>Whether the value may be JSON's <c>null</c> (<c>nullable</c>, <c>x-nullable</c>, or the type <c>null</c>).</summary>
    public bool Nullable { get; init; }

    /// <summary>The format, such as <c>uuid</c>; <c>null</c> when none is named.</summary>
    public string? Format { get; init; }

    /// <summary>The only values that are allowed, as JSON; empty: not limited.</summary>
    public ImmutableArray<string> Enum { get; init; } = [];

    /// <summary>The first example, as JSON.</summary>
    public string? Example { get; init; }

    /// <summary>The value when none is sent, as JSON.</summary>
    public string? Default { get; init; }

    /// <summary>The smallest number.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The largest number.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>Whether <see cref="Minimum"/> itself is not allowed.</summary>
    public bool MinimumExcluded { get; init; }

    /// <summary>Whether <see cref="Maximum"/> itself is not allowed.</summary>
    public bool MaximumExcluded { get; init; }

    /// <summary>What the number must be a multiple of.</summary>
    public decimal? MultipleOf { get; init; }

    /// <summary>The shortest text, in characters.</summary>
    public int? MinLength { get; init; }

    /// <summary>The longest text, in characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The regular expression that the text must match somewhere (ECMA-262). Never run it without a time limit.</summary>
    public string? Pattern { get; init; }

    /// <summary>The fewest items of a list.</summary>
    public int? MinItems { get; init; }

    /// <summary>The most items of a list.</summary>
    public int? MaxItems { get; init; }

    /// <summary>The items of a list; <c>null</c>: anything.</summary>
    public ApiSchema? Items { get; init; }

    /// <summary>The members of an object, in the order of their names; those of every alternative.</summary>
    public ImmutableSortedDictionary<string, ApiSchema> Properties { get; init; } = None;

    /// <summary>The members that must be there, in any alternative.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>Whether other members are allowed; <c>null</c>: the description says nothing, which means yes.</summary>
    public bool? AdditionalProperties { get; init; }

    /// <summary>
    /// The whole shapes of which one (<c>oneOf</c>) or some (<c>anyOf</c>) hold; empty when there is one shape only. Everything else
    /// in this record is what they have together: the properties of all, the limits that hold for each.
    /// </summary>
    public ImmutableArray<ApiSchema> Alternatives { get; init; } = [];

    /// <summary>Whether it only appears in answers.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether it only appears in requests.</summary>
    public bool WriteOnly { get; init; }

    /// <summary>Whether something of the description is missing here: a recursion, a limit of size, a reference that is not read.</summary>
    public bool Cut { get; init; }

    // Ordinal order: what is built from a schema is the same in every run.
    internal static ImmutableSortedDictionary<string, ApiSchema> None { get; } = ImmutableSortedDictionary.Create<string, ApiSchema>(System.StringComparer.Ordinal);

    /// <summary>Whether a value of this type is allowed; <c>true</c> too when no type is named.</summary>
    /// <param name="type">Such as <c>object</c>; <c>integer</c> is allowed where <c>number</c> is.</param>
    public bool Allows(string type) => Types.IsEmpty || Types.Contains(type) || (type == "integer" && Types.Contains("number"));
}
