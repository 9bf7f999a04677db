using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sallyport.House.Tests.Rules;

/// <summary>What a project shows to others, one line per member, sorted: the text that a reviewer approves.</summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat _typeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private static readonly SymbolDisplayFormat _memberFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static string Describe(string project, IEnumerable<SourceFile> sources)
    {
        var compilation = CSharpCompilation.Create(
            project,
            sources.Select(source => source.Tree),
            Platform(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var lines = Types(compilation.Assembly.GlobalNamespace)
            .SelectMany(type => Members(type).Select(member => $"{type.ToDisplayString(_typeFormat)}: {member}").Prepend(Head(type)))
            .Order(StringComparer.Ordinal);
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static IEnumerable<PortableExecutableReference> Platform() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(file => Path.GetFileName(file) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
            .Select(file => MetadataReference.CreateFromFile(file));

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol within) =>
        within.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(inner => inner switch
        {
            INamedTypeSymbol type when IsShown(type) => Types(type).Prepend(type),
            INamespaceSymbol space => Types(space),
            _ => [],
        });

    private static string Head(INamedTypeSymbol type)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        words.Add(type.DeclaredAccessibility == Accessibility.Public ? "public" : "protected");
        if (type.IsStatic)
        {
            words.Add("static");
        }
        else if (type.TypeKind == TypeKind.Class)
        {
            words.Add(type.IsAbstract ? "abstract" : type.IsSealed ? "sealed" : "open");
        }

        if (type.IsReadOnly)
        {
            words.Add("readonly");
        }

        if (type.IsRefLikeType)
        {
            words.Add("ref");
        }

        var bases = type.Interfaces.Where(item => item.DeclaredAccessibility == Accessibility.Public && !(type.IsRecord && item.Name == "IEquatable"))
            .Select(item => item.ToDisplayString(_memberFormat))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (type.BaseType is { SpecialType: SpecialType.None } parent)
        {
            bases.Insert(0, parent.ToDisplayString(_memberFormat));
        }

        var after = bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
        // The name comes first so that a type's lines stay together when sorted.
        return $"{type.ToDisplayString(_typeFormat)} [{string.Join(' ', words)}]{after}";
    }

    private static IEnumerable<string> Members(INamedTypeSymbol type) => type.GetMembers()
        .Where(member => IsShown(member) && !IsNoise(type, member))
        .Select(member => member.ToDisplayString(_memberFormat));

    private static bool IsNoise(INamedTypeSymbol type, ISymbol member) => member switch
    {
        INamedTypeSymbol => true,
        IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove } => true,
        // What a record writes by itself.
        IMethodSymbol method when method.IsImplicitlyDeclared => method.MethodKind != MethodKind.Constructor || type.IsRecord
            || type.IsStatic || type.TypeKind is TypeKind.Struct or TypeKind.Enum,
        IPropertySymbol { Name: "EqualityContract" } => true,
        _ => false,
    };

    private static bool IsShown(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Protected or Accessibility.ProtectedOrInternal => symbol.ContainingType is { IsSealed: false } outer && !IsClosed(outer),
        _ => false,
    };

    /// <summary>Nobody outside can derive from it, so what is protected is private.</summary>
    private static bool IsClosed(INamedTypeSymbol type) =>
        type.InstanceConstructors.Where(constructor => !constructor.IsImplicitlyDeclared)
            .All(constructor => constructor.DeclaredAccessibility == Accessibility.Private)
        && type.InstanceConstructors.Any(constructor => !constructor.IsImplicitlyDeclared);
}
