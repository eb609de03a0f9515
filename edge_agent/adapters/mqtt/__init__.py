"""MQTT 5 by paho: deliver at least once, and hear what others deliver."""

from edge_agent.adapters.mqtt.publisher import MqttPublisher, StatusTopic
from edge_agent.adapters.mqtt.subscriber import MqttSubscriber

__all__ = ["MqttPublisher", "MqttSubscriber", "StatusTopic"]
