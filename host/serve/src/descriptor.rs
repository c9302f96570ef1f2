//! The service described for clients that ask (gRPC reflection), so that `grpcurl` needs no proto file.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto,
    ServiceDescriptorProto,
};

/// The description of `evaluator.proto`.
pub(crate) fn files() -> FileDescriptorSet {
    let request = message(
        "EvaluateFunctionRequest",
        &[("resource_list", Type::Bytes), ("image", Type::String), ("Tag", Type::String), ("exec_path", Type::String)],
    );
    let response = message("EvaluateFunctionResponse", &[("resource_list", Type::Bytes), ("log", Type::Bytes)]);
    let method = MethodDescriptorProto {
        name: Some("EvaluateFunction".to_owned()),
        input_type: Some(".evaluator.EvaluateFunctionRequest".to_owned()),
        output_type: Some(".evaluator.EvaluateFunctionResponse".to_owned()),
        ..MethodDescriptorProto::default()
    };
    let service = ServiceDescriptorProto {
        name: Some("FunctionEvaluator".to_owned()),
        method: vec![method],
        ..ServiceDescriptorProto::default()
    };
    let file = FileDescriptorProto {
        name: Some("evaluator.proto".to_owned()),
        package: Some("evaluator".to_owned()),
        message_type: vec![request, response],
        service: vec![service],
        syntax: Some("proto3".to_owned()),
        ..FileDescriptorProto::default()
    };
    FileDescriptorSet { file: vec![file] }
}

/// A message whose fields are numbered from 1.
fn message(name: &str, fields: &[(&str, Type)]) -> DescriptorProto {
    let field = |(number, (name, kind)): (i32, &(&str, Type))| FieldDescriptorProto {
        name: Some((*name).to_owned()),
        number: Some(number),
        label: Some(Label::Optional.into()),
        r#type: Some((*kind).into()),
        ..FieldDescriptorProto::default()
    };
    DescriptorProto {
        name: Some(name.to_owned()),
        field: (1..).zip(fields).map(field).collect(),
        ..DescriptorProto::default()
    }
}
